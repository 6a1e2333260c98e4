"""What it costs to simulate sweeps: with a history, and as what-if in memory. Processor time."""

import time

from hyperlocal.domain.codec import plan_to_json
from hyperlocal.domain.distribution import Choice, Uniform
from hyperlocal.domain.goal import Goal
from hyperlocal.domain.launch import Launch
from hyperlocal.domain.policy import Bandit, MedianStopping, Schedule, TruncationSelection
from hyperlocal.domain.space import Space
from hyperlocal.domain.sweep import Limits, Sampling, SamplingKind, Sweep
from hyperlocal.domain.trial_trace import Report, TrialTrace
from hyperlocal.engine.simulated_sweep import simulate_sweep
from hyperlocal.history import History
from hyperlocal.whatif import Recording, replay
from tests.benchmarks.measure import Figure, Sample

__all__ = ["measure"]

_N_TRIALS, _N_REPORTS, _AT_ONCE = 1000, 50, 20
_POLICIES = {
    "bandit": Bandit(Schedule(1, 5), slack_factor=0.1),
    "median": MedianStopping(Schedule(1, 5)),
    "truncation": TruncationSelection(Schedule(5, 5), 20),
    "none": None,
}
_ENDLESS = (("rate", Uniform(0.0, 1.0)),)
_FINITE = (("rate", Choice(tuple(n / 100 for n in range(100)))), ("b", Choice(tuple(range(50)))))


def _train(number, record):
    top = 1 - (record.parameters["rate"] - 0.3) ** 2
    told = (Report(60.0 * n, {"accuracy": top * (1 - 0.9**n)}) for n in range(1, _N_REPORTS + 1))
    return TrialTrace(tuple(told), 60.0 * _N_REPORTS + number, 30.0)


def _simulated(home, policy, name, space=_ENDLESS):
    """Simulate a sweep; return its id and how long that computed."""
    sweep = Sweep(
        Space(space),
        Sampling(SamplingKind.RANDOM, 1),
        "accuracy",
        Goal.MAXIMIZE,
        Limits(_N_TRIALS, _AT_ONCE, 1e9),
        Launch(("python", "train.py"), flags={"rate": "--rate"}),
        policy,
    )
    history = History.open(home)
    history.runs.create(name, experiment="e", kind="hyperdrive", plan=plan_to_json(sweep))
    history.close()
    began = time.process_time()
    simulate_sweep(home, name, _train)
    return name, time.process_time() - began


def measure(folder, n_rounds):
    """Return the figures for a thousand trials with fifty reports, twenty at once."""
    home = folder / "home"
    figures = []
    for name, policy in _POLICIES.items():
        sample = Sample()
        for number in range(n_rounds):
            sample.values.append(_simulated(home, policy, f"{name}-{number}")[1])
        figures.append(_figure(f"1,000 trials with history, policy {name}", sample, 10.0))
    sample = Sample()
    for number in range(n_rounds):
        sample.values.append(_simulated(home, _POLICIES["bandit"], f"finite-{number}", _FINITE)[1])
    figures.append(_figure("the same in a finite space, policy bandit", sample, 10.0))
    return figures + _what_if(home, n_rounds)


def _what_if(home, n_rounds):
    history = History.open(home)
    recording = Recording.of_run("none-0", history)
    history.close()
    figures = []
    for name in ("bandit:slack_factor=0.1,delay_evaluation=5", "median:delay_evaluation=5"):
        sample = Sample()
        for _ in range(n_rounds):
            began = time.process_time()
            replay(recording, name)
            sample.values.append(time.process_time() - began)
        kind = name.partition(":")[0]
        figures.append(_figure(f"1,000 trials as what-if in memory, {kind}", sample, 3.0))
    return figures


def _figure(name, sample, aim):
    low, high = sample.spread
    return Figure(name, sample.median, "s", aim, note=f"{low:.2f} to {high:.2f}")
