"""The package `azureml` of a process that was started with this folder on its PYTHONPATH.

On its first import it opens the door and gives its own place to `hyperlocal.azureml`.
"""

import sys


def _find_hyperlocal() -> None:
    """Import hyperlocal from where this file is, for an interpreter that does not have it.

    `sys.path` stays as it is: nothing else of our environment may leak into the script's.
    """
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    from os.path import abspath, dirname

    above_hyperlocal = dirname(dirname(dirname(dirname(abspath(__file__)))))
    spec = PathFinder.find_spec("hyperlocal", [above_hyperlocal])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"hyperlocal is not in {above_hyperlocal}", name="hyperlocal")
    sys.modules["hyperlocal"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


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
