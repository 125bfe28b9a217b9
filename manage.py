#!/usr/bin/env python
"""The operator's door: Django's commands, on the servers of the machine or on embedded ones."""

import os
import sys
from pathlib import Path

EMBEDDED = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
if EMBEDDED:
    # Asked for only when needed: a container brings its own servers and installs no wheels of ours.
    from civic.embedded import CannotStart, ensure

from django.core.management import execute_from_command_line

DATA_DIR = Path(os.environ.get("PLAZA_DATA_DIR") or Path(__file__).with_name(".data"))


def main() -> None:
    """Have the servers running, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")
    if EMBEDDED:
        try:
            ensure(DATA_DIR)
        except CannotStart as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
