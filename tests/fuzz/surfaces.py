"""Surfaces: where people and files reach the product, and a maker of cases for each."""

from tests.fuzz import commands, configurations, face, files, notebooks

__all__ = ["SURFACES"]

# Name to a function of a `random.Random` and a `World` that returns a `Case`, and how many of a
# hundred cases are of it.
SURFACES = {
    "commands": (commands.a_command, 25),
    "check": (files.a_check, 25),
    "data": (files.a_data_map, 12),
    "curves": (files.a_curve_file, 8),
    "configurations": (configurations.a_configuration, 10),
    "face": (face.a_definition, 12),
    "logging": (face.a_telling, 7),
    "notebooks": (notebooks.a_notebook, 1),
}
