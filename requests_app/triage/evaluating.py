"""How right triage is: labelled posts are read as if they had come in, and what was decided is held against the labels."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from requests_app.models import Kind, Network, Post
from requests_app.triage.deciding import Desk, Reading, read
from requests_app.triage.languages import guess_language
from requests_app.triage.learned.corpus import unmasked

WORST = 20
# Shorter than this a clock says nothing.
_TIMED = 2.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """A post and what careful people say it is; None where they were not asked."""

    text: str
    kind: str | None = None
    queue: str | None = None
    urgent: bool | None = None
    language: str | None = None


def evaluate(rows: Sequence[Labelled], *, desk: Desk) -> dict[str, Any]:
    """One figure a question that the rows answer; `worst`: the errors that triage was surest of, with its reasons."""
    posts = [Post(network=Network.X, text=unmasked(row.text)) for row in rows]
    read_rows = list(zip(rows, (read(post, desk=desk) for post in posts), strict=True))
    figures: dict[str, Any] = {"n": len(rows)}
    questions: tuple[tuple[str, Callable[[Sequence[tuple[Labelled, Reading]]], dict[str, Any]]], ...] = (
        ("kind", _kinds),
        ("queue", _queues),
        ("urgent", _urgency),
        ("lang", _languages),
    )
    for name, measured in questions:
        if asked := measured(read_rows):
            figures[name] = asked
    figures["posts_per_second"] = round(_speed(posts, desk=desk))
    figures["worst"] = _worst(read_rows)
    return figures


def _kinds(rows: Sequence[tuple[Labelled, Reading]]) -> dict[str, Any]:
    pairs = [(row.kind, str(reading.kind)) for row, reading in rows if row.kind is not None]
    if not pairs:
        return {}
    return {"accuracy": _accuracy(pairs), "macro_f1": _macro_f1(pairs), "confusion": _confusion(pairs)}


def _queues(rows: Sequence[tuple[Labelled, Reading]]) -> dict[str, Any]:
    """Of problems only: what else is asked has no one place to go."""
    asked = [(row, reading) for row, reading in rows if row.kind in (None, Kind.PROBLEM) and row.queue]
    if not asked:
        return {}
    guessed = [(row.queue, reading.guess.code) for row, reading in asked]
    decided = [(row.queue, reading.queue.code) for row, reading in asked if reading.is_decided]
    return {
        "accuracy": _accuracy(guessed),
        "decided": round(len(decided) / len(asked), 4),
        "accuracy_decided": _accuracy(decided),
        "confusion": _confusion(guessed),
    }


def _urgency(rows: Sequence[tuple[Labelled, Reading]]) -> dict[str, Any]:
    counts = Counter((row.urgent, reading.is_urgent) for row, reading in rows if row.urgent is not None)
    if not counts:
        return {}
    found, missed, false = counts[True, True], counts[True, False], counts[False, True]
    return {
        "precision": _share(found, found + false),
        "recall": _share(found, found + missed),
        "false_alarm_rate": _share(false, false + counts[False, False]),
    }


def _languages(rows: Sequence[tuple[Labelled, Reading]]) -> dict[str, Any]:
    """Of the town's three: what is in a fourth is answered in the town's own."""
    pairs = [
        (row.language, guess_language(unmasked(row.text))) for row, _ in rows if row.language in ("es", "en", "fr")
    ]
    return {"accuracy": _accuracy(pairs)} if pairs else {}


def _speed(posts: Sequence[Post], *, desk: Desk) -> float:
    """Posts a second that one core thinks through, as a worker does that has been at it for a while."""
    begun, took, done = time.process_time(), 0.0, 0
    while took < _TIMED and posts:
        for post in posts:
            read(post, desk=desk)
        done += len(posts)
        took = time.process_time() - begun
    return done / took if done else 0.0


def _worst(rows: Iterable[tuple[Labelled, Reading]]) -> list[dict[str, Any]]:
    wrong = [error for row, reading in rows for error in _errors(row, reading)]
    return sorted(wrong, key=_sureness, reverse=True)[:WORST]


def _sureness(error: Mapping[str, Any]) -> float:
    return float(error["confidence"])


def _errors(row: Labelled, reading: Reading) -> Iterable[dict[str, Any]]:
    told = {"text": row.text, "evidence": reading.evidence}
    if row.urgent is not None and row.urgent != reading.is_urgent:
        yield {"what": "urgent", "label": row.urgent, "said": reading.is_urgent, "confidence": 1.0, **told}
    if row.kind is not None and row.kind != reading.kind:
        yield {"what": "kind", "label": row.kind, "said": str(reading.kind), "confidence": reading.kind_sure, **told}
    if row.kind in (None, Kind.PROBLEM) and row.queue and row.queue != reading.guess.code:
        said = reading.guess.code
        yield {"what": "queue", "label": row.queue, "said": said, "confidence": reading.queue_sure, **told}


def _accuracy(pairs: Sequence[tuple[str | None, str | None]]) -> float | None:
    return _share(sum(label == said for label, said in pairs), len(pairs))


def _macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """The mean over the labels that occur."""
    scores: list[float] = []
    for one in sorted({str(label) for label, _ in pairs}):
        right = sum(label == said == one for label, said in pairs)
        named = sum(label == one for label, _ in pairs) + sum(said == one for _, said in pairs)
        scores.append(2 * right / named)
    return round(sum(scores) / len(scores), 4)


def _confusion(pairs: Iterable[tuple[str | None, str | None]]) -> Mapping[str, Mapping[str, int]]:
    """{label: {said: how often}}"""
    table: dict[str, dict[str, int]] = {}
    for (label, said), times in sorted(Counter(pairs).items(), key=str):
        table.setdefault(str(label), {})[str(said)] = times
    return table


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
