"""`python -m hyperlocal`: the same as the command `hyperlocal`."""

import sys

from hyperlocal.cli import main

if __name__ == "__main__":
    sys.exit(main())
