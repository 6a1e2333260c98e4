"""The face: the Azure SDK's own modules, names and signatures, working on this machine.

Submodules load when they are first used, also by attribute: `import azureml as aml` and then
`aml.core.Experiment`.
"""

import sys

__all__: list[str] = []


def __getattr__(name: str) -> object:
    if not name.startswith("__"):
        full_name = f"{__name__}.{name}"
        try:
            __import__(full_name)
        except ModuleNotFoundError as error:
            if error.name != full_name:
                raise
        else:
            return sys.modules[full_name]
    raise AttributeError(f"module 'azureml' has no attribute {name!r}")
