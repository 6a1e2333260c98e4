"""The face: the Azure SDK's own modules, names and signatures, working on this machine.

Submodules load when they are first used, also by attribute: `import azureml as aml` and then
`aml.core.Experiment`. Modules of the SDK that are not emulated can be imported and are loud
when something of them is used (`_placeholders.py`).
"""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.services.data import opener

__all__: list[str] = []

_placeholders.install()
opener.install()

__getattr__ = _placeholders.lacking(__name__)
