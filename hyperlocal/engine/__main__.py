"""The controller's process: `python -m hyperlocal.engine HOME RUN_ID`.

The guardian is forked first, while there is nothing in this process but an interpreter.
"""

from __future__ import annotations

import os
import sys

from hyperlocal.engine.guardian import Guardian


def main() -> None:
    """Control the run that the command line names, to its end."""
    home, run_id = os.path.abspath(sys.argv[1]), sys.argv[2]
    guardian = Guardian.hire(home, run_id)
    from hyperlocal.engine.controller import control
    from hyperlocal.engine.invocation import fix_inherited
    from hyperlocal.engine.keeper import end_with_keeper

    fix_inherited()
    end_with_keeper()
    control(home, run_id, guardian)
    guardian.dismiss()


if __name__ == "__main__":
    main()
