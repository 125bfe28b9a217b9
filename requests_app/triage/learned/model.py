"""The model: one row of weights a piece, one column a label; a text is the sum of its words."""

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from requests_app.triage.learned import pieces
from requests_app.triage.learned.meaning import of_meaning
from requests_app.triage.words import TextView

Vector = npt.NDArray[np.float32]
_CACHED_WORDS = 20_000
FORMAT = 2


class Likelihoods(NamedTuple):
    """How likely each label is, from 0 to 1; each mapping adds up to 1."""

    kind: Mapping[str, float]
    topic: Mapping[str, float]
    urgent: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of one question: its labels stand in the columns from `begins` on."""

    labels: tuple[str, ...]
    begins: int

    @property
    def columns(self) -> slice:
        return slice(self.begins, self.begins + len(self.labels))


class _Word(NamedTuple):
    """What a word weighs for each label, and how long it makes a text: by its forms, by its letters (squares)."""

    weights: Vector
    forms: float
    letters: float


class Model:
    """Pure and read only; `weights` carry the pieces' rarity already, `squares` are its squares, for the length."""

    def __init__(
        self,
        *,
        heads: Mapping[str, Sequence[str]],
        rows: Sequence[str],
        weights: Vector,
        squares: Vector,
        intercepts: Vector,
        counts: npt.NDArray[np.uint16],
        facts: Mapping[str, Any],
    ) -> None:
        self.facts = dict(facts)
        self.heads: dict[str, Head] = {}
        begins = 0
        for name, labels in heads.items():
            self.heads[name] = Head(tuple(labels), begins)
            begins += len(labels)
        self._rows = list(rows)
        self._at = {piece: row for row, piece in enumerate(rows)}
        # Each weight against the mean of its question: likelihoods stay the same, and a word's weight says what it speaks
        # for.
        for head in self.heads.values():
            weights[:, head.columns] -= weights[:, head.columns].mean(axis=1, keepdims=True)
        self._weights, self._squares, self._intercepts = weights, squares, intercepts
        # How many texts of each topic hold a word; the rows of whole words come first.
        self._counts = counts
        # Posts repeat the same few thousand words.
        self._of_word = lru_cache(maxsize=_CACHED_WORDS)(self._add_up_word)

    def likelihoods(self, view: TextView) -> Likelihoods:
        """Of each label of each head."""
        scores = self._scores(view)
        return Likelihoods(*(self._shares(self.heads[name], scores) for name in Likelihoods._fields))

    def share_known(self, view: TextView) -> float:
        """How many of its words, from 0 to 1, stood in the texts it learned from, in whatever form; numbers aside."""
        words = [word for word in view.tokens if not word.startswith("<")]
        return sum(map(self._knows, words)) / len(words) if words else 0.0

    def words_for(self, view: TextView, *, head: str, label: str, most: int = 3) -> tuple[str, ...]:
        """The words of the text that speak most for a label, strongest first."""
        where = self.heads[head]
        column = where.begins + where.labels.index(label)
        spoken = {
            word: float(self._of_word(word).weights[column])
            for word in dict.fromkeys(view.tokens)
            if not word.startswith("<")
        }
        best = sorted((word for word, weight in spoken.items() if weight > 0), key=lambda word: -spoken[word])
        return tuple(best[:most])

    def alike(self, words: Sequence[str], label: str) -> int:
        """How many of the texts it learned from are of this topic and hold the likeliest of the words."""
        rows = [row for word in words if (row := self._at.get(f"w:{word}", len(self._counts))) < len(self._counts)]
        column = self.heads["topic"].labels.index(label)
        return int(self._counts[rows, column].max()) if rows else 0

    def _knows(self, word: str) -> bool:
        return any(form in self._at for form in pieces.forms(word))

    def _scores(self, view: TextView) -> Vector:
        """Of each column: those of BY_WORDS, which stand side by side, are told by the words, the others by letters and meaning."""
        columns = slice(self.heads[pieces.BY_WORDS[0]].begins, self.heads[pieces.BY_WORDS[-1]].columns.stop)
        # A text without words weighs nothing.
        told = pieces.emphasis(view.tokens) or {"": 0.0}
        spoken = [self._of_word(token) for token in told]
        weights = np.concatenate([word.weights for word in spoken]).reshape(len(spoken), -1)
        emphasis = np.fromiter(told.values(), dtype=np.float32)
        total: Vector = weights.sum(axis=0)
        words = emphasis @ weights[:, columns]
        by_words = sum(
            weight**2 * (word.forms + word.letters) for weight, word in zip(told.values(), spoken, strict=True)
        )
        by_letters = sum(word.letters for word in spoken)
        words /= math.sqrt(by_words or 1.0)
        rows = [row for piece in of_meaning(view) if (row := self._at.get(piece)) is not None]
        total += self._weights[rows].sum(axis=0)
        total /= math.sqrt(by_letters + float(self._squares[rows].sum()) or 1.0)
        total[columns] = words
        return total + self._intercepts

    def _add_up_word(self, token: str) -> "_Word":
        forms = [row for piece in pieces.forms(token) if (row := self._at.get(piece)) is not None]
        letters = [row for piece in pieces.letters(token) if (row := self._at.get(piece)) is not None]
        return _Word(
            weights=self._weights[forms + letters].sum(axis=0),
            forms=float(self._squares[forms].sum()),
            letters=float(self._squares[letters].sum()),
        )

    @staticmethod
    def _shares(head: Head, scores: Vector) -> dict[str, float]:
        own = scores[head.columns]
        shares = np.exp(own - own.max())
        return dict(zip(head.labels, (shares / shares.sum()).tolist(), strict=True))

    # --- kept -----------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """As one file: numbers in half precision, which moves no figure that we measure."""
        header = {
            "format": FORMAT,
            "heads": {name: list(head.labels) for name, head in self.heads.items()},
            "facts": self.facts,
        }
        kept = io.BytesIO()
        np.savez_compressed(
            kept,
            header=np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), dtype=np.uint8),
            rows=np.frombuffer("\n".join(self._rows).encode(), dtype=np.uint8),
            weights=self._weights.astype(np.float16),
            squares=self._squares.astype(np.float16),
            intercepts=self._intercepts.astype(np.float32),
            counts=self._counts,
        )
        return kept.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """Raises ValueError for what is no model, or one of another format."""
        with np.load(io.BytesIO(kept), allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            if header["format"] != FORMAT:
                raise ValueError(f"a model of format {header['format']}, not {FORMAT}")
            return cls(
                heads=header["heads"],
                rows=stored["rows"].tobytes().decode().split("\n"),
                weights=stored["weights"].astype(np.float32),
                squares=stored["squares"].astype(np.float32),
                intercepts=stored["intercepts"],
                counts=stored["counts"],
                facts=header["facts"],
            )
