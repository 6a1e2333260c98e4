"""The controller's process: `python -m hyperlocal.engine HOME RUN_ID LIFE [LOCK]`.

LIFE is the life of the run that it controls, LOCK the descriptor of the run's lock, which it has
inherited, and which says that it lives.

The watchdog is forked first, while there is nothing in this process but an interpreter.
"""

from __future__ import annotations

import os
import sys

from hyperlocal.engine import marks
from hyperlocal.engine.watchdog import Watchdog


def main() -> None:
    """Control the run that the command line names, to its end."""
    home, run_id, life = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    lock_descriptor = int(sys.argv[4]) if sys.argv[4:] and sys.argv[4] else None
    if lock_descriptor is not None:
        os.set_inheritable(lock_descriptor, False)  # no trial may hold it
    marks.put_on(0, marks.CONTROLLER)
    watchdog = Watchdog.hire(home, run_id, life, lock_descriptor)
    from hyperlocal.engine.circumstances import Circumstances
    from hyperlocal.engine.controller import control
    from hyperlocal.engine.invocation import fix_inherited
    from hyperlocal.engine.keeper import end_with_keeper
    from hyperlocal.engine.limits import fix_cores
    from hyperlocal.engine.ownership import owned
    from hyperlocal.history import RunFolder

    first = Circumstances.read(RunFolder(home, run_id).path)
    if first is not None:
        fix_cores(first.cores)
    fix_inherited()
    end_with_keeper()
    with owned(home, run_id, lock_descriptor):
        control(home, run_id, life, watchdog)
    watchdog.dismiss()


if __name__ == "__main__":
    main()
