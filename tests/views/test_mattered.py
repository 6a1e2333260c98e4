"""What mattered, as text and as values."""

import io

from hyperlocal.views.importance import Effect, Importance
from hyperlocal.views.mattered import mattered_document, mattered_line, write_mattered
from hyperlocal.views.page import Page

TOLD = Importance(
    "HD_sweep",
    40,
    0.75,
    (
        Effect("lr", 0.5, 0.4, 0.6),
        Effect("batch", 0.2, 0.1, 0.3),
        Effect("seed", 0.01, -0.05, 0.07),
        Effect("depth", 0.0, -0.1, 0.1),
    ),
    notes=("3 of the trials were stopped: they count as far as they came.",),
)
NOTHING = Importance("HD_sweep", 3, obstacle="Too few trials to say.")


def written(told):
    stream = io.StringIO()
    write_mattered(Page(stream), told)
    return stream.getvalue().splitlines()


def test_the_most_important_are_told_with_their_intervals():
    assert mattered_line(TOLD) == (
        "What mattered: lr 50% (40% to 60%), batch 20% (10% to 30%), seed perhaps not at all, "
        "and 1 more"
    )
    assert mattered_line(NOTHING) == "What mattered: Too few trials to say."


def test_all_are_listed():
    _, title, head, *rows = written(TOLD)

    assert title == "What mattered"
    assert head.split()[:2] == ["Hyperparameter", "Importance"]
    assert rows[0].split() == ["lr", "50%", "40%", "to", "60%", "-"]
    assert rows[3].endswith("may be nothing")
    assert "75% of the differences in rank" in rows[4]
    assert rows[5] == "3 of the trials were stopped: they count as far as they came."
    assert written(NOTHING) == ["", "What mattered", "Too few trials to say."]


def test_values_for_programs():
    document = mattered_document(TOLD)

    assert document["hyperparameters"][0] == {
        "name": "lr",
        "importance": 0.5,
        "low": 0.4,
        "high": 0.6,
    }
    assert (document["n_trials"], document["explained"]) == (40, 0.75)
    assert mattered_document(NOTHING)["obstacle"] == "Too few trials to say."
