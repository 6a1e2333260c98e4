"""How Sphinx builds these pages."""

import hyperlocal

project = "hyperlocal"
author = "the hyperlocal developers"
release = version = hyperlocal.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "changelog.d", "tools"]

html_theme = "furo"
html_title = "hyperlocal"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
# Names of Python itself, whose inventory cannot be fetched offline.
nitpick_ignore = [
    ("py:class", name)
    for name in ("ValueError", "RuntimeError", "LookupError", "NotImplementedError", "Exception")
]
# Annotations of the testing tools: Python's own, and names that this reference does not list.
nitpick_ignore_regex = [
    ("py:class", r"collections\.abc\.\w+|os\.PathLike|Path|hyperlocal\.testing\.\w+\.(_F|Child)"),
    ("py:class", "Child|Experiment|History|HyperDriveConfig|HyperDriveRun|RunRecord|ScriptRun"),
    ("py:class", "Workspace"),
]
