"""A campaign: many cases of a surface, in processes that may die of one."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.cases import DEADLINE_S, Failure

__all__ = ["Ends", "campaign"]

_ROOT = Path(__file__).parents[2]
_CHUNK = 500  # after so many cases another process goes on


@dataclass
class Ends:
    """How cases ended: with a result, with a sentence, or as they may not."""

    done: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)


def campaign(surface, n_cases, seed=0, first=0):
    """Try so many cases of a surface; return how they ended."""
    ends, at, end = Ends(), first, first + n_cases
    while at < end:
        at = _chunk(ends, surface, seed, at, min(_CHUNK, end - at))
    return ends


def _chunk(ends, surface, seed, first, n_cases):
    """Try cases in a process; return the number of the next case."""
    words = [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz", surface]
    words += ["--seed", str(seed), "--first", str(first), "--cases", str(n_cases)]
    with subprocess.Popen(
        words,
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_variables(),
        text=True,
    ) as process:
        watch = _Watch(process)
        failures, number, is_done = ends.failures, first - 1, False
        for line in watch.lines():
            told = json.loads(line)
            number = told.get("number", number)
            is_done = "ends" in told
            if is_done:
                ends.done += told["ends"]["done"]
                ends.refused += told["ends"]["refused"]
            if "kind" in told:
                failures.append(
                    Failure(surface, number, told["kind"], told["told"], told["trace"])
                )
    if not is_done:
        why = (
            "hangs beyond reach"
            if watch.has_ended_it
            else f"the process died ({process.returncode})"
        )
        failures.append(Failure(surface, max(number, first), why, "", watch.err[-3000:]))
        ends.done += max(number - first, 0)
    return first + n_cases if is_done else max(number, first) + 1


class _Watch:
    """Reads what a process says, and ends it if it says nothing for too long."""

    def __init__(self, process):
        self._process = process
        self.has_ended_it = False
        self.err = ""

    def lines(self):
        import threading

        drain = threading.Thread(target=self._drain)
        drain.start()
        while True:
            alarm = threading.Timer(2 * DEADLINE_S, self._end)
            alarm.start()
            line = self._process.stdout.readline()
            alarm.cancel()
            if not line:
                break
            yield line
        drain.join()

    def _drain(self):
        for line in self._process.stderr:
            self.err = (self.err + line)[-6000:]

    def _end(self):
        self.has_ended_it = True
        self._process.kill()


def _variables():
    """Return the variables of a process of cases: nothing of ours, and no terminal."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("HYPERLOCAL_", "AZUREML_", "COV"))
    }
    return {
        **kept,
        "MPLBACKEND": "agg",
        "PYTHONWARNINGS": "ignore",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
