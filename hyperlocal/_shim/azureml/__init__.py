"""The package `azureml` of a process that was started with this folder on its PYTHONPATH.

On its first import it opens the door and gives its own place to `hyperlocal.azureml`.
"""

import sys


def _find_hyperlocal() -> None:
    """Import hyperlocal from where this file is, for an interpreter that does not have it.

    `sys.path` is put back: nothing else of our environment may leak into the script's.
    """
    from os.path import abspath, dirname

    above_hyperlocal = dirname(dirname(dirname(dirname(abspath(__file__)))))
    sys.path.append(above_hyperlocal)
    try:
        __import__("hyperlocal")
    finally:
        sys.path.remove(above_hyperlocal)


def _step_aside() -> None:
    try:
        import hyperlocal
    except ModuleNotFoundError:
        _find_hyperlocal()
    from hyperlocal._doors import activate

    activate()
    import hyperlocal.azureml

    # The import system returns whatever is under the name when this file ends.
    sys.modules[__name__] = hyperlocal.azureml


_step_aside()
