"""`python -m clutch`."""

from __future__ import annotations

import sys

from clutch._entry import main

if __name__ == "__main__":
    sys.exit(main())
