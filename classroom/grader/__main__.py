"""``python -m classroom.grader SHEET.md SUBMISSIONS -o OUT``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
