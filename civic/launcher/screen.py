"""What the person at the keyboard reads: one line a step, and where to go."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from civic.launcher.environment import Place

# English like the rest of the terminal: this is read by whoever installs, not by the town.
PEOPLE = {
    "dispatcher": "sorts what no rule understood",
    "sweeper": "Carmen, on the street with a phone",
    "police": "Teo, answers residents all day",
    "maintenance": "Antonio, lamps and fountains",
    "mayor": "Elena, sees how long people wait",
    "it": "Hugo, links the accounts and sees what they cost",
}


def say(text: str, *, end: str = "\n") -> None:
    """Print at once; a terminal that is gone must not stop the town."""
    with suppress(OSError, ValueError):
        print(text, end=end, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a step, then how long it took."""
    say(f"{name}...", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f" done in {time.monotonic() - began:.1f} s")


def welcome(where: Place) -> None:
    """The addresses and the demo sign-ins."""
    lines = ["", "Plaza is running.", ""]
    lines += [f"  The town's site   {where.site}/", f"  The staff's desk  {where.site}/desk/"]
    if where.sandbox:
        lines.append(f"  The pretend X     {where.pretend_x}/   (post there as any resident)")
    if where.demo:
        lines += ["", "  Sign in with the password alameda as"]
        lines += [f"    {name:<12} {what}" for name, what in PEOPLE.items()]
    lines += ["", f"  Logs are in {where.logs}", "  Ctrl-C stops everything.", ""]
    say("\n".join(lines))


def complain(sentence: str) -> None:
    """The one sentence of a failure."""
    with suppress(OSError, ValueError):
        print(sentence, file=sys.stderr, flush=True)
