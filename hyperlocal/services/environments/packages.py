"""Packages: which are installed, and by which name pip knows them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable
from importlib.machinery import PathFinder
from importlib.util import find_spec

from hyperlocal.services.environments.published import PUBLISHED

__all__ = ["distribution_of", "is_known", "missing", "pip_line"]

# Import names whose distribution is called otherwise.
_DISTRIBUTIONS = {
    "Bio": "biopython",
    "Crypto": "pycryptodome",
    "Levenshtein": "python-Levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "attr": "attrs",
    "ax": "ax-platform",
    "azure.storage": "azure-storage-blob",
    "azure.storage.models": "azure-storage",  # before it was divided
    "bs4": "beautifulsoup4",
    "bson": "pymongo",
    "category_encoders": "category-encoders",
    "community": "python-louvain",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dns": "dnspython",
    "distutils": "setuptools",  # until Python 3.11 it was Python's own
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "google.protobuf": "protobuf",
    "git": "GitPython",
    "googleapiclient": "google-api-python-client",
    "ignite": "pytorch-ignite",
    "imblearn": "imbalanced-learn",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "kerastuner": "keras-tuner",
    "magic": "python-magic",
    "mpl_toolkits": "matplotlib",
    "osgeo": "GDAL",
    "pkg_resources": "'setuptools<82'",  # 82 has left it out
    "pl_bolts": "lightning-bolts",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pyro": "pyro-ppl",
    "pythonjsonlogger": "python-json-logger",
    "pywt": "PyWavelets",
    "ruamel": "ruamel.yaml",
    "scikitplot": "scikit-plot",
    "serial": "pyserial",
    "skfuzzy": "scikit-fuzzy",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "skmultilearn": "scikit-multilearn",
    "skopt": "scikit-optimize",
    "sksurv": "scikit-survival",
    "slugify": "python-slugify",
    "surprise": "scikit-surprise",
    "talib": "TA-Lib",
    "umap": "umap-learn",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "wx": "wxPython",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}

# Others that bring the same package: the one that a project itself asks for is the right one.
_ALTERNATIVES = {
    "Crypto": ("pycrypto",),
    "cv2": (
        "opencv-python-headless",
        "opencv-contrib-python",
        "opencv-contrib-python-headless",
    ),
    "faiss": ("faiss-gpu",),
    "psycopg2": ("psycopg2",),
    "tensorflow": ("tensorflow-cpu", "tensorflow-gpu", "tf-nightly"),
    "xgboost": ("xgboost-cpu",),
}

# Run by another interpreter; its own folder is not where scripts will look.
_ASK = """
import sys
sys.path.pop(0)
import importlib.util, json
def is_found(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
print(json.dumps([name for name in sys.argv[1:] if not is_found(name)]))
"""


def distribution_of(package: str, asked: Collection[str] = ()) -> str:
    """Return what pip calls the distribution that brings a package.

    Args:
        package: Its import name.
        asked: Distributions that the project itself asks for, in pip's canonical spelling.
    """
    for other in _ALTERNATIVES.get(package, ()):
        if other in asked:
            return other
    plain = package.lstrip("_")  # _pytest is pytest's
    return _DISTRIBUTIONS.get(package) or plain.replace("_", "-").replace(".", "-")


def is_known(package: str, asked: Collection[str] = ()) -> bool:
    """Tell whether a package is known to be what pip installs by the name that is advised.

    Args:
        package: Its import name.
        asked: Distributions that the project itself asks for, in pip's canonical spelling.
    """
    plain = package.lstrip("_")
    is_asked = bool(asked) and re.sub(r"[-_.]+", "-", distribution_of(package)).lower() in asked
    return package in _DISTRIBUTIONS or plain in PUBLISHED or is_asked


def pip_line(packages: Iterable[str], asked: Collection[str] = ()) -> str:
    """Return the command that installs packages, which are given by their import names.

    Those that are not known are left out: a stranger may have registered the name. It is empty
    if there is no other.
    """
    known = dict.fromkeys(
        distribution_of(name, asked) for name in packages if is_known(name, asked)
    )
    return f"pip install {' '.join(known)}" if known else ""


def missing(packages: Iterable[str], interpreter: str) -> list[str]:
    """Return those packages that an interpreter does not find."""
    names = list(packages)
    if not names:
        return []
    if interpreter == sys.executable:
        path = _path_of_others()
        return [name for name in names if not _is_found(name, path)]
    done = subprocess.run(
        [interpreter, "-c", _ASK, *names], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return []  # it will say in the trials what is wrong with it
    answer: list[str] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _path_of_others() -> list[str]:
    """Return where another script would look: not where this process's own script lies."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    own = {"", os.getcwd(), os.path.dirname(os.path.abspath(script)) if script else ""}
    return [folder for folder in sys.path if folder not in own]


def _is_found(name: str, path: list[str]) -> bool:
    if "." in name:
        try:
            return find_spec(name) is not None
        except ModuleNotFoundError:
            return False
    if PathFinder.find_spec(name, path) is not None:
        return True
    # Packages that are installed for editing have finders of their own.
    others = (finder for finder in sys.meta_path if finder is not PathFinder)
    return any(
        finder.find_spec(name, None) is not None
        for finder in others
        if hasattr(finder, "find_spec")
    )
