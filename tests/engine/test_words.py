"""The engine speaks of sweeps and trials, not of a service."""

import re
from pathlib import Path

import hyperlocal.engine

_OF_A_SERVICE = re.compile(r"azure|hyperdrive|UserError|ServiceError", re.IGNORECASE)


def test_no_word_of_a_service_is_in_the_engine():
    folder = Path(hyperlocal.engine.__file__).parent
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}

    assert [name for name, source in sources.items() if _OF_A_SERVICE.search(source)] == []
