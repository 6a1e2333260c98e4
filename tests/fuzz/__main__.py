"""`python -m tests.fuzz SURFACE`: try cases of one surface in this process, and say what failed.

Of each case its number is written before it is tried, and each failure as a line of JSON: who
started this process knows what it died of. A case is the same whenever it is tried.
"""

import argparse
import json
import random
import sys
import tempfile

from tests.fuzz.cases import complain, limit_memory, tried
from tests.fuzz.surfaces import SURFACES
from tests.fuzz.world import World


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("surface", choices=SURFACES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the first case's number")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--verbose", action="store_true", help="say what each case does")
    options = parser.parse_args()
    limit_memory()
    make = SURFACES[options.surface][0]
    answers = sys.stdout
    ends = dict.fromkeys(("done", "refused", "failed"), 0)
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:
        world = World(folder)
        for number in range(options.first, options.first + options.cases):
            world.clear()
            case = make(random.Random(f"{options.seed} {options.surface} {number}"), world)
            print(json.dumps({"number": number}), file=answers, flush=True)
            if options.verbose:
                complain(f"case {number}: {case.told}")
            kind, trace = tried(case)
            ends[kind if kind in ("done", "refused") else "failed"] += 1
            if trace:
                told = {"number": number, "kind": kind, "told": case.told, "trace": trace}
                print(json.dumps(told), file=answers, flush=True)
        world.clear()
    print(json.dumps({"ends": ends}), file=answers, flush=True)


if __name__ == "__main__":
    main()
