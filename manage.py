#!/usr/bin/env python
"""The operator's door: Django's commands, on the servers of the machine or on embedded ones."""

import os
import sys

EMBEDDED = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
if EMBEDDED:
    # Asked for only when needed: a container brings its own servers and installs no wheels of ours.
    from civic.embedded import CannotStart, ensure
    from civic.launcher.environment import place, settings
    from civic.launcher.problem import CannotRun, explain

from django.core.management import execute_from_command_line


def main() -> None:
    """Have the servers running, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")
    if EMBEDDED:
        join()
    execute_from_command_line(sys.argv)


def join() -> None:
    """Use the servers and the settings of `make run`, started now if it does not run."""
    try:
        where = place(os.environ)
        os.environ.update(settings(os.environ, where=where))
        ensure(where.data_dir)
    except (CannotRun, CannotStart) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(explain(error))


if __name__ == "__main__":
    main()
