"""Start the pretend X: `python -m requests_app.sandbox --port 8010 --data DIR`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from .app import create_app
from .server import Running


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Every option is also an environment variable: --rate-limits is SANDBOX_RATE_LIMITS."""
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m requests_app.sandbox", description=__doc__)
    parser.add_argument("--host", default=env("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env("SANDBOX_PORT", "8010"))
    parser.add_argument("--data", type=Path, default=env("SANDBOX_DATA"), help="folder of the journal and the photos")
    parser.add_argument("--rate-limits", choices=("x", "off"), default=env("SANDBOX_RATE_LIMITS", "x"))
    parser.add_argument("--window", type=int, default=env("SANDBOX_WINDOW", "800"), help="how many mentions can be reached (0: all)")
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        parser.error("say where to keep the data: --data DIR (or SANDBOX_DATA)")
    return chosen


def main() -> int:
    chosen = options()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    app = create_app(chosen.data, stopping=stopping, rate_limits=chosen.rate_limits == "x", window=chosen.window)
    town = app.extensions["town"]
    try:
        running = Running(app, host=chosen.host, port=chosen.port)
    except (OSError, SystemExit):
        print(f"Port {chosen.port} of {chosen.host} is taken: choose another with --port.", file=sys.stderr)
        return 1
    running.start()
    print(f"The rehearsal network listens on http://{chosen.host}:{running.port}/", flush=True)
    stopping.wait()
    running.stop()
    town.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
