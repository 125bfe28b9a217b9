"""One storm: `python -m benchmarks.faults.run SEED RESULT`; Django is ready before the scene is opened."""

import importlib
import json
import os
import sys
from pathlib import Path

import django

from benchmarks.faults.stage import stage


def main() -> int:
    seed, result = int(sys.argv[1]), Path(sys.argv[2])
    with stage() as set_up:
        # Settings want the servers' addresses, and the scene's imports want the settings.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civic.settings")
        django.setup()
        found = importlib.import_module("benchmarks.faults.scene").play(set_up, seed=seed)
    result.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
