"""One process of a measurement: `python -m benchmarks.room RESULT NAME...`; Django is ready before a room is opened."""

import importlib
import os
import sys
from pathlib import Path

import django

from benchmarks.report import Figure, as_lines, say
from benchmarks.town import land, servers, stack

TITLES = {
    "thinking": "Thinking: what triage makes of a post",
    "intake": "Intake: from the network to the queues",
    "pages": "Pages: server time at the desk, the timeline, the dashboard",
    "delay": "Delay: from post to desk",
    "memory": "Memory: everything `make run` starts",
    "money": "Money: the month's forecast beside X's bill",
    "feel": "Feel: from a press to the first thing seen, in a browser",
}
# Those that need the processes of `make run`, with what is set otherwise there. Every walk re-reads the last quarter
# of an hour: over a window that was lifted that is everything, so inboxes are read as often as a real town's.
LIFTED = {"SANDBOX_WINDOW": "0", "SANDBOX_RATE_LIMITS": "off", "X_COLLECT_SECONDS": "60"}
STACKS: dict[str, dict[str, str]] = {"intake": LIFTED, "delay": {}, "memory": {}, "feel": {}}


def main() -> int:
    result, *names = sys.argv[1:]
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    with land() as folder, servers(folder):
        # Settings want the servers' addresses, and the rooms' imports want the settings.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")
        django.setup()
        if names[0] in STACKS:
            with stack(folder, **STACKS[names[0]]) as town:
                figures = [figure for name in names for figure in _measure(name, town=town, scale=scale)]
        else:
            figures = [figure for name in names for figure in _measure(name, scale=scale)]
    Path(result).write_text(as_lines(figures), encoding="utf-8")
    return 0


def _measure(name: str, **circumstances: object) -> list[Figure]:
    say(f"\n{TITLES[name]}")
    found: list[Figure] = importlib.import_module(f"benchmarks.{name}").measure(**circumstances)
    return found


if __name__ == "__main__":
    sys.exit(main())
