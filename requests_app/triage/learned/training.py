"""Training: texts and their labels become a model. Slow, so never while posts wait; the only room that needs scikit-learn."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from requests_app.triage.learned import pieces
from requests_app.triage.learned.meaning import of_meaning
from requests_app.triage.learned.model import Model
from requests_app.triage.words import look

# A piece that stands in one text only teaches that text by heart.
_SEEN_IN = 2
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what people say it is; "" where nobody said. `weight`: as many texts as it counts for."""

    text: str
    kind: str = ""
    topic: str = ""
    urgent: bool | None = None
    language: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """How one question is learned; the numbers by cross-validation, see docs/triage.md."""

    # How far the model may go to please its texts: the larger, the further.
    freedom: float
    # What a margin of 1 is worth in likelihood (logits).
    sharpness: float
    # Whether each label weighs as much as any other, however few its texts.
    balanced: bool = False
    # What all the "yes" of a language weigh beside all its "no": where more of the texts in a language are urgent,
    # that language is not more urgent.
    yes: float | None = None


LESSONS = {
    "kind": Lesson(freedom=0.12, sharpness=2.5),
    "topic": Lesson(freedom=0.3, sharpness=6.0, balanced=True),
    "urgent": Lesson(freedom=0.3, sharpness=3.0, yes=0.15),
}


def train(examples: Sequence[Example], *, facts: Mapping[str, Any], lessons: Mapping[str, Lesson] = LESSONS) -> Model:
    """A model of everything that `examples` tell."""
    read = [_Read.of(one.text) for one in examples]
    rows = _rows(read)
    rarity = _rarity(read, rows)
    by_words = _matrix([one.by_words for one in read], rows, rarity)
    by_letters = _matrix([one.by_letters for one in read], rows, rarity)
    heads: dict[str, list[str]] = {}
    weights, intercepts = [], []
    for name, labels in _labels(examples).items():
        lesson = lessons[name]
        known = [at for at, label in enumerate(labels) if label]
        learner = LinearSVC(C=lesson.freedom, class_weight="balanced" if lesson.balanced else None)
        learner.fit(
            (by_words if name in pieces.BY_WORDS else by_letters)[known],
            [labels[at] for at in known],
            sample_weight=_weights([(examples[at], labels[at]) for at in known], yes=lesson.yes),
        )
        heads[name] = [str(label) for label in learner.classes_]
        columns, begins = learner.coef_, learner.intercept_
        if len(heads[name]) == 2:
            columns, begins = np.vstack([-columns / 2, columns / 2]), np.concatenate([-begins / 2, begins / 2])
        weights.append(columns * lesson.sharpness)
        intercepts.append(begins * lesson.sharpness)
    return Model(
        heads=heads,
        rows=list(rows),
        weights=(np.vstack(weights).T * rarity[:, None]).astype(np.float32),
        squares=(rarity**2).astype(np.float32),
        intercepts=np.concatenate(intercepts).astype(np.float32),
        counts=_counts(read, rows, topics=[one.topic for one in examples], labels=heads["topic"]),
        facts=facts,
    )


def cross_validated(examples: Sequence[Example], *, taught: Sequence[Example] = ()) -> dict[str, float]:
    """The share of each question's labels that models find which never saw those texts; `taught`: shown to all of them."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for fold in range(FOLDS):
        shown = [one for at, one in enumerate(examples) if at % FOLDS != fold]
        model = train([*shown, *taught], facts={})
        for one in examples[fold::FOLDS]:
            likely = model.likelihoods(look(one.text))
            for name, label in (("kind", one.kind), ("topic", one.topic)):
                shares: Mapping[str, float] = getattr(likely, name)
                asked[name] += bool(label)
                right[name] += label == max(shares, key=lambda known: shares[known])
    return {name: round(right[name] / asked[name], 4) for name in asked}


_Weighted = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text's pieces with their emphasis, as the model adds them up."""

    by_words: _Weighted
    by_letters: _Weighted

    @classmethod
    def of(cls, text: str) -> "_Read":
        view = look(text)
        told = pieces.emphasis(view.tokens)
        return cls(
            [(piece, told[token]) for token in told for piece in (*pieces.forms(token), *pieces.letters(token))],
            [(piece, 1.0) for piece in (*(one for token in told for one in pieces.letters(token)), *of_meaning(view))],
        )

    @property
    def all(self) -> set[str]:
        return {piece for piece, _emphasis in (*self.by_words, *self.by_letters)}


def _labels(examples: Sequence[Example]) -> dict[str, list[str]]:
    return {
        "kind": [one.kind for one in examples],
        "topic": [one.topic for one in examples],
        "urgent": ["" if one.urgent is None else "yes" if one.urgent else "no" for one in examples],
    }


def _weights(labelled: Sequence[tuple[Example, str]], *, yes: float | None) -> list[float]:
    """What each text weighs; see `Lesson.yes`."""
    if yes is None:
        return [one.weight for one, _label in labelled]
    told: dict[tuple[str, str], float] = defaultdict(float)
    for one, label in labelled:
        told[one.language, label] += one.weight
    # In a language in which nobody wrote of anything calm, nothing is known but that.
    shares = {
        spoken: yes * told[spoken, "no"] / told[spoken, "yes"] or 1.0 for spoken, label in [*told] if label == "yes"
    }
    return [one.weight * (shares[one.language] if label == "yes" else 1.0) for one, label in labelled]


def _rows(read: Iterable[_Read]) -> dict[str, int]:
    seen = Counter(piece for one in read for piece in one.all)
    kept = [piece for piece, times in seen.items() if times >= _SEEN_IN]
    # Whole words first: of them the model counts the texts.
    return {piece: row for row, piece in enumerate(sorted(kept, key=lambda piece: not piece.startswith("w:")))}


def _rarity(read: Sequence[_Read], rows: Mapping[str, int]) -> NDArray[np.float64]:
    """What few texts hold says more (inverse document frequency)."""
    seen = Counter(piece for one in read for piece in one.all)
    return np.array([math.log((1 + len(read)) / (1 + seen[piece])) + 1 for piece in rows])


def _matrix(read: Sequence[_Weighted], rows: Mapping[str, int], rarity: NDArray[np.float64]) -> csr_matrix:
    """One line a text, as long as any other: 1."""
    columns: list[int] = []
    ends, values = [0], []
    for one in read:
        held = [(rows[piece], emphasis) for piece, emphasis in one if piece in rows]
        told = np.array([rarity[row] * emphasis for row, emphasis in held])
        columns.extend(row for row, _emphasis in held)
        values.extend((told / (math.sqrt(float((told**2).sum())) or 1.0)).tolist())
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(read), len(rows)))


def _counts(
    read: Sequence[_Read], rows: Mapping[str, int], *, topics: Sequence[str], labels: Sequence[str]
) -> NDArray[np.uint16]:
    """How many texts of each topic hold each word."""
    counts = np.zeros((sum(piece.startswith("w:") for piece in rows), len(labels)), dtype=np.uint16)
    columns = {label: column for column, label in enumerate(labels)}
    for one, topic in zip(read, topics, strict=True):
        if topic:
            held = [rows[piece] for piece in one.all if piece.startswith("w:") and piece in rows]
            counts[held, columns[topic]] += 1
    return counts
