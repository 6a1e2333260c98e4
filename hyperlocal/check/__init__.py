"""The check: what will work of a project, read from its files and never run.

What is emulated is not listed here: names are looked up in the face as a script would do it.
`reader.py` follows names through a file, `face.py` asks our modules, `old.py` the libraries that
are installed, `data.py` the data map and the home, and `report.py` makes one report a file of it.
"""

from hyperlocal.check.findings import Finding, Kind, Place, Report
from hyperlocal.check.report import check, files_in

__all__ = ["Finding", "Kind", "Place", "Report", "check", "files_in"]
