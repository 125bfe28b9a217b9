"""What strikes and when: a plan drawn from the seed, then carried out by the clock."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.faults.stage import STRIKABLE, Stage
from benchmarks.residents import ACCOUNTS

# Of the network's failures, how many of each fall on a hundred answers. Hanging and slow calls last longer than we
# wait; the slow ones land after we gave up, and so do those that hang after the write.
CREATING: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("dropped", 3, {}),
    ("lands_late", 1, {"seconds": 1.5}),
    ("hang", 1, {"seconds": 3}),
    ("hang", 1, {"seconds": 3, "after_write": True}),
    ("slow", 2, {"seconds": 2.6}),
    ("server_error", 2, {}),
    ("server_error", 1, {"after_write": True}),
    ("malformed", 1, {}),
    ("rate_limited", 1, {"seconds": 2}),
    ("unauthorized", 1, {}),
)
# The same for a hundred readings of an inbox, or of one's own timeline while a doubtful answer is looked for.
READING: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("dropped", 2, {}),
    ("hang", 1, {"seconds": 3}),
    ("server_error", 3, {}),
    ("malformed", 2, {}),
    ("rate_limited", 1, {"seconds": 2}),
    ("unauthorized", 1, {}),
)


@dataclass
class Storm:
    """`plan`: (second, kind, deed). `injected` counts what really struck, by kind."""

    plan: list[tuple[float, str, Callable[[Stage], Any]]]
    injected: Counter[str] = field(default_factory=Counter)

    def rage(self, stage: Stage) -> None:
        """Carries out the plan by the clock; whatever died is started again meanwhile."""
        began = time.monotonic()
        for second, kind, deed in self.plan:
            while time.monotonic() < began + second:
                stage.tend()
                time.sleep(0.1)
            deed(stage)
            self.injected[kind] += 1
        stage.tend()

    def forget(self, unstruck: Iterable[Mapping[str, Any]]) -> None:
        """The network's failures that met no call were no faults."""
        self.injected -= Counter(f"{fault['endpoint']}_{fault['fault']}" for fault in unstruck)


def draw(seed: int, *, seconds: float, answers: int) -> Storm:
    """The same storm for the same seed. Its last tenth is calm enough for the last posts to be written."""
    chance = random.Random(seed + 2)  # noqa: S311 (no secret)
    strikes = [*_deaths(seconds), *_network(chance, seconds=seconds, answers=answers)]
    plan = [(chance.uniform(0.02, 0.9) * seconds, kind, deed) for kind, deed in strikes]
    return Storm(plan=sorted(plan, key=lambda strike: strike[0]))


def _deaths(seconds: float) -> list[tuple[str, Callable[[Stage], Any]]]:
    """Of processes and servers: about one worker every six seconds."""
    deaths: list[tuple[str, Callable[[Stage], Any]]] = []
    for number in range(max(int(seconds / 5), 3)):
        deaths.append(("worker_killed", _kill(STRIKABLE[number % 2])))
    for _number in range(max(int(seconds / 30), 1)):
        deaths += [
            ("clock_killed", _kill("beat")),
            ("broker_flushed", Stage.flush_broker),
            ("broker_restarted", Stage.restart_broker),
            ("database_restarted", Stage.restart_database),
        ]
    return deaths


def _network(chance: random.Random, *, seconds: float, answers: int) -> list[tuple[str, Callable[[Stage], Any]]]:
    strikes: list[tuple[str, Callable[[Stage], Any]]] = []
    for endpoint, faults, hundreds in (
        ("create_tweet", CREATING, answers / 100),
        ("mentions", READING, seconds / 40),
        ("user_tweets", READING, seconds / 120),
        ("media", READING, answers / 2000),
        ("token", (("server_error", 2, {}), ("hang", 1, {"seconds": 3})), seconds / 60),
    ):
        for fault, a_hundred, details in faults:
            for _number in range(int(a_hundred * hundreds + chance.random())):
                strikes.append((f"{endpoint}_{fault}", _fail(endpoint, fault, **details)))
    for account in ACCOUNTS:
        late = {"count": chance.randint(3, 20), "handle": account, "seconds": chance.uniform(2, 6)}
        strikes += [
            ("mentions_late_index", _fail("mentions", "late_index", **late)),
            ("tokens_rotated", _expire(account)),
        ]
    return strikes


def _kill(name: str) -> Callable[[Stage], Any]:
    return lambda stage: stage.kill(name)


def _fail(endpoint: str, fault: str, **details: Any) -> Callable[[Stage], Any]:
    return lambda stage: stage.order("faults", {"endpoint": endpoint, "fault": fault, **details})


def _expire(handle: str) -> Callable[[Stage], Any]:
    return lambda stage: stage.order(f"tokens/{handle}?expire=1", {})
