"""What if: a sweep that ran, replayed under other policies, samplings and concurrency.

    from hyperlocal.whatif import Recording, replay

    recording = Recording.of_run(run)                 # or Recording.of_file("curves.csv", ...)
    comparison = replay(
        recording,
        policies=["bandit:slack_factor=0.1,delay_evaluation=5", MedianStoppingPolicy()],
        concurrency=[4, 8],
    )
    print(comparison)
    comparison.plot("whatif.png")

Only what was recorded is replayed, and nothing is made up: a trial that was stopped ends where it
was stopped. The same on the command line: `hyperlocal whatif RUN --policy ...`.

The rooms below decide as they do in a real sweep: the policies in `termination`, the samplers in
`search`, who runs when in `engine.simulation`.
"""

from __future__ import annotations

from hyperlocal.whatif.comparison import Comparison, Outcome, Played
from hyperlocal.whatif.recording import RecordedTrial, Recording
from hyperlocal.whatif.replay import Scenario, replay

__all__ = [
    "Comparison",
    "Outcome",
    "Played",
    "RecordedTrial",
    "Recording",
    "Scenario",
    "replay",
]
