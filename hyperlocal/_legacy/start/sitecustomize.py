"""Run by every interpreter that has this folder on its PYTHONPATH: supplies old names.

The interpreter imports one `sitecustomize`, the first; the one that comes after it, which is the
user's or the system's, is therefore run from here.
"""

import sys


def _supply_old_names() -> None:
    from os.path import abspath, dirname

    above_hyperlocal = dirname(dirname(dirname(dirname(abspath(__file__)))))
    try:
        __import__("hyperlocal")
    except ModuleNotFoundError:
        # An interpreter that does not have it; nothing else of our environment may leak into it.
        sys.path.append(above_hyperlocal)
        try:
            __import__("hyperlocal")
        finally:
            sys.path.remove(above_hyperlocal)
    from hyperlocal._legacy.hook import install

    install()


def _run_the_next() -> None:
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    from os.path import abspath, dirname

    here = dirname(abspath(__file__))
    others = [folder for folder in sys.path if abspath(folder) != here]
    spec = PathFinder.find_spec(__name__, others)
    if spec is None or spec.loader is None or spec.origin is None:
        return
    module = module_from_spec(spec)
    sys.modules[__name__] = module
    spec.loader.exec_module(module)


_supply_old_names()
_run_the_next()
