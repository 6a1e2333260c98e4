"""`python -m hyperlocal`: the same as the command `hyperlocal`."""

import sys

# Imports next to nothing before it has taken the working folder off the path.
from hyperlocal.cli import main

if __name__ == "__main__":
    sys.exit(main())
