"""Start the pretend X: `python -m requests_app.sandbox --port 8010 --data DIR`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from . import pace
from .app import create_app
from .doors import Town
from .replay import BadFile, Replay
from .residents import Residents
from .server import Running


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every option is also an environment variable: --rate-limits is SANDBOX_RATE_LIMITS."""
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m requests_app.sandbox", description=__doc__)
    parser.add_argument("--host", default=env("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env("SANDBOX_PORT", "8010"))
    parser.add_argument("--data", type=Path, default=env("SANDBOX_DATA"), help="folder of the journal and the photos")
    parser.add_argument("--rate-limits", choices=("x", "off"), default=env("SANDBOX_RATE_LIMITS", "x"))
    parser.add_argument(
        "--window", type=int, default=env("SANDBOX_WINDOW", "800"), help="how many mentions can be reached (0: all)"
    )
    parser.add_argument(
        "--pace",
        type=_pace,
        default=env("SANDBOX_PACE", "demo"),
        help="demo, seconds between posts (5s), or times real life (60)",
    )
    parser.add_argument("--no-residents", action="store_true", default=env("SANDBOX_NO_RESIDENTS", "") not in ("", "0"))
    parser.add_argument(
        "--replay", type=Path, default=env("SANDBOX_REPLAY") or None, help="tab-separated file with a column `text`"
    )
    parser.add_argument(
        "--replay-pace", type=float, default=env("SANDBOX_REPLAY_PACE", "5"), help="posts a second (0: at once)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        parser.error("say where to keep the data: --data DIR (or SANDBOX_DATA)")
    return chosen


def _pace(written: str) -> pace.Pace:
    try:
        return pace.read(written)
    except pace.BadPace as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _people(chosen: argparse.Namespace, *, town: Town) -> list[Residents | Replay]:
    """Whoever posts by themselves."""
    people: list[Residents | Replay] = []
    if not chosen.no_residents:
        people.append(Residents(town.store, pace=chosen.pace, stopping=town.stopping))
    if chosen.replay:
        replay = Replay(chosen.replay.read_bytes(), store=town.store, pace=chosen.replay_pace, stopping=town.stopping)
        town.replays.append(replay)
        people.append(replay)
    return people


def main() -> int:
    chosen = options()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    app = create_app(chosen.data, stopping=stopping, rate_limits=chosen.rate_limits == "x", window=chosen.window)
    town: Town = app.extensions["town"]
    try:
        running = Running(app, host=chosen.host, port=chosen.port)
        people = _people(chosen, town=town)
    except (OSError, BadFile) as error:
        print(f"The rehearsal network cannot start on {chosen.host}:{chosen.port}: {error}", file=sys.stderr)
        return 1
    running.start()
    for person in people:
        person.start()
    print(f"The rehearsal network listens on http://{chosen.host}:{running.port}/", flush=True)
    stopping.wait()
    running.stop()
    town.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
