"""Measures what is named, or everything; each room in a process and a town of its own."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime

from benchmarks import report
from benchmarks.report import Figure

NAMES = ("thinking", "intake", "pages", "delay", "memory", "money", "feel")
# Memory is read after the posts of the delay, in the same town.
TOGETHER = (("thinking",), ("intake",), ("pages",), ("delay", "memory"), ("money",), ("feel",))


def main() -> int:
    wanted = sys.argv[1:] or list(NAMES)
    if strangers := set(wanted) - set(NAMES):
        print(f"There is no {', '.join(sorted(strangers))}: choose from {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    figures, failed = [], 0
    for rooms in TOGETHER:
        names = [name for name in rooms if name in wanted]
        if names:
            found, code = _measure(names)
            figures += found
            failed += code != 0
    if figures:
        report.say(f"\n{report.table(figures)}\n")
        report.write(figures, facts=_facts())
        report.say(f"  Written to {report.RESULTS}")
    return int(failed > 0)


def _measure(names: list[str]) -> tuple[list[Figure], int]:
    with tempfile.NamedTemporaryFile(mode="r", suffix=".json") as found:
        code = subprocess.call([sys.executable, "-m", "benchmarks.room", found.name, *names])  # noqa: S603
        text = found.read()
    return [Figure(**figure) for figure in json.loads(text or "[]")], code


def _facts() -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": float(os.environ.get("BENCH_SCALE", "1")),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    sys.exit(main())
