"""A short storm on the real stack: nothing is lost, nothing is doubled, nothing is claimed. `make faults` makes the long ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

SMALL = {"FAULTS_POSTS": "150", "FAULTS_ANSWERS": "30", "FAULTS_SECONDS": "6", "FAULTS_CALM_SECONDS": "120"}


def test_a_short_storm_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = tmp_path / "result.json"

    storm = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults.run", "1", str(result)],
        env=os.environ | SMALL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert storm.returncode == 0, storm.stdout + storm.stderr
    found = json.loads(result.read_text())
    assert {name: found[name] for name in ("posts", "answers")} == {"posts": 150, "answers": 30}
    counted = ("posts_lost", "posts_doubled", "answers_lost", "answers_doubled", "answers_false")
    assert {name: found[name] for name in counted} == dict.fromkeys(counted, 0), storm.stdout
    assert found["faults"]["worker_killed"] >= 3
