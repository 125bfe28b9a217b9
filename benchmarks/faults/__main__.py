"""Storms, one after the other: `python -m benchmarks.faults [SEEDS]`. The last line is JSON; not all nought is a failure."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

COUNTED = ("posts_lost", "posts_doubled", "answers_lost", "answers_doubled", "answers_false")


def main() -> int:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else 1
    first = int(os.environ.get("FAULTS_FIRST_SEED", "1"))
    storms = [_storm(seed) for seed in range(first, first + seeds)]
    total: dict[str, Any] = {name: sum(storm[name] for storm in storms) for name in COUNTED}
    faults = sum((Counter(storm["faults"]) for storm in storms), Counter())
    facts = {name: sum(storm[name] for storm in storms) for name in ("posts", "answers", "for_people", "linked_again")}
    print(json.dumps({**total, "seeds": seeds, **facts, "faults": dict(sorted(faults.items()))}), flush=True)
    return int(any(total.values()))


def _storm(seed: int) -> dict[str, Any]:
    """In a process and a folder of its own: nothing of one storm is left in the next."""
    with tempfile.TemporaryDirectory(prefix="plaza-storm-") as folder:
        result = Path(folder) / "result.json"
        subprocess.run([sys.executable, "-m", "benchmarks.faults.run", str(seed), str(result)], check=True)
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.exit(main())
