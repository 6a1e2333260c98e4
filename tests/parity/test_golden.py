"""What the real SDK did with 222 calls, and what hyperlocal does with them."""

import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "data" / "golden_v1.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]

# Where the SDK trips over a wrong argument, a clear error of ours is as good.
ACCIDENTS = {"AttributeError", "IndexError", "KeyError", "TypeError", "ZeroDivisionError"}


@pytest.fixture(scope="module")
def outcomes(under_hyperlocal):
    calls = [case["expr"] for case in CASES]
    return dict(zip(calls, under_hyperlocal(calls), strict=True))


def test_all_cases_are_here():
    assert len(CASES) == 222


@pytest.mark.parametrize("case", CASES, ids=[case["expr"] for case in CASES])
def test_golden(case, outcomes):
    ended = outcomes[case["expr"]]

    if "ok" in case:
        assert as_recorded(ended["ok"], case["ok"]) == json.dumps(case["ok"])
        assert ended.get("warnings", 0) == case.get("warnings", 0)
    elif case["raises"] in ACCIDENTS:
        assert ended["raises"] in (case["raises"], "HyperDriveConfigException")
    else:
        assert ended["raises"] == case["raises"]
        assert ended.get("error_code") == case.get("error_code")
        assert ended.get("warnings", 0) == case.get("warnings", 0)


def as_recorded(value, recorded):
    """As JSON text, which tells 1 from 1.0 and true; of a config only what was recorded."""
    if isinstance(recorded, dict) and "_platform" in recorded:
        value = {key: value[key] for key in recorded}
    return json.dumps(value)
