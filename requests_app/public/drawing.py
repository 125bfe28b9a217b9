"""Pictures with words, drawn on the server: what a network shows under a link to one of our pages."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import font_source_sans_pro as fonts
from PIL import Image, ImageColor, ImageDraw, ImageFont

from requests_app.ribbon import Leg, Ribbon, Stop

WIDTH, HEIGHT = 1200, 630
# Drawn twice as large and made smaller: round things are round.
SCALE = 2
PAPER, CARD, INK, SOFT, LINE, WASH = "#FAF7F2", "#FFFFFF", "#1D2433", "#5B6475", "#E4DDD1", "#EAF0F9"
TONES = {"blue": "#1B4F9C", "ochre": "#8A5A00", "olive": "#4E6420", "wine": "#8E1F3F", "soft": SOFT}
WASHES = {"blue": WASH, "ochre": "#F1EBE0", "olive": "#EAECE4", "wine": "#F1E4E8", "soft": "#EDEBE7"}
LEFT, RIGHT = 104, WIDTH - 104
# The largest size at which the words fit into the lines that it leaves room for.
SIZES = ((66, 2), (56, 3), (46, 3))
LARGE = ((96, 2), *SIZES)
# Of what somebody wrote so much must be drawable: half a sentence says something else.
ENOUGH = 0.7
HANDLES = re.compile(r"^(?:[@#]\w[\w.@-]*[\s,:]*)+(?=\S)")
BOLD, SEMI, PLAIN = fonts.SourceSansProBold, fonts.SourceSansProSemibold, fonts.SourceSansPro


@dataclass(frozen=True, slots=True)
class Drawn:
    """`words` may be empty; `badge` is the state with its tone; `figure` stands where a request has its ribbon."""

    town: str
    accent: str
    words: str
    below: str = ""
    badge: tuple[str, str] | None = None
    ribbon: Ribbon | None = None
    figure: tuple[str, str] | None = None


def png(card: Drawn) -> bytes:
    """1200 by 630, in few colours: some twenty kilobytes."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    pen = Pen(ImageDraw.Draw(image))
    pen.box(44, 44, WIDTH - 44, HEIGHT - 44, radius=32, fill=CARD, edge=LINE)
    _head(pen, card)
    _words(pen, card)
    if card.ribbon:
        _ribbon(pen, card.ribbon)
    elif card.figure:
        pen.text(LEFT, 536, card.figure[0], font=BOLD, size=64, fill=INK)
        pen.text(LEFT + pen.width(card.figure[0], BOLD, 64) + 24, 532, card.figure[1], font=PLAIN, size=32, fill=SOFT)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(255, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def drawable(text: str) -> str:
    """`text` without handles at its beginning and without what the font has no letters for; "" where little is left."""
    said = HANDLES.sub("", text)
    kept = " ".join("".join(sign if _has(sign) else " " for sign in said).split())
    kept = re.sub(r" ([.,;:!?…»)])", r"\1", kept)
    letters = sum(sign.isalnum() for sign in said)
    return kept if letters and sum(sign.isalnum() for sign in kept) >= ENOUGH * letters else ""


@lru_cache(maxsize=4096)
def _has(sign: str) -> bool:
    """The font draws the same box for whatever it does not know."""
    if sign.isspace():
        return True
    return bytes(_font(PLAIN, 24).getmask(sign)) not in (b"", _unknown())


@lru_cache(maxsize=1)
def _unknown() -> bytes:
    return bytes(_font(PLAIN, 24).getmask("\U0010fffd"))


@lru_cache(maxsize=32)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws in the picture's own measures."""

    on: ImageDraw.ImageDraw

    def box(self, x: float, y: float, to_x: float, to_y: float, *, radius: float, fill: str, edge: str = "") -> None:
        self.on.rounded_rectangle(
            _scaled(x, y, to_x, to_y), radius * SCALE, fill=fill, outline=edge or None, width=2 * SCALE
        )

    def line(self, *points: float, fill: str, width: float) -> None:
        self.on.line(_scaled(*points), fill=fill, width=round(width * SCALE), joint="curve")

    def dot(self, x: float, y: float, *, fill: str, radius: float = 13) -> None:
        self.on.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ring(self, x: float, y: float, *, edge: str, radius: float = 13) -> None:
        self.on.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), outline=edge, width=4 * SCALE)

    def text(self, x: float, y: float, words: str, *, font: str, size: int, fill: str, anchor: str = "ls") -> None:
        self.on.text((x * SCALE, y * SCALE), words, font=_font(font, size * SCALE), fill=fill, anchor=anchor)

    def width(self, words: str, font: str, size: int) -> float:
        return _font(font, size * SCALE).getlength(words) / SCALE


def _scaled(*numbers: float) -> list[float]:
    return [number * SCALE for number in numbers]


def _head(pen: Pen, card: Drawn) -> None:
    accent = "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(card.accent)[:3])
    pen.box(LEFT, 92, LEFT + 56, 148, radius=15, fill=accent)
    pen.line(LEFT + 15, 134, LEFT + 15, 117, LEFT + 28, 106, LEFT + 41, 117, LEFT + 41, 134, fill=CARD, width=3.4)
    pen.line(LEFT + 10.5, 134, LEFT + 45.5, 134, fill=CARD, width=3.4)
    pen.line(LEFT + 28, 134, LEFT + 28, 125, fill=CARD, width=6)
    pen.text(LEFT + 76, 131, card.town, font=BOLD, size=32, fill=INK)
    if card.badge:
        label, tone = card.badge
        width = pen.width(label, BOLD, 28)
        pen.box(RIGHT - width - 48, 94, RIGHT, 146, radius=26, fill=WASHES[tone])
        pen.text(RIGHT - 24, 129, label, font=BOLD, size=28, fill=TONES[tone], anchor="rs")


def _words(pen: Pen, card: Drawn) -> None:
    size, lines = _fitted(pen, card.words, sizes=SIZES if card.ribbon else LARGE)
    room = 232 + (24 if len(lines) == 1 else 0) + (size - SIZES[0][0]) * 0.8 * (size > SIZES[0][0])
    for at, line in enumerate(lines):
        pen.text(LEFT, room + at * size * 1.16, line, font=BOLD, size=size, fill=INK)
    end = room + (len(lines) - 1) * size * 1.16
    if card.below:
        small = 32 if card.ribbon or pen.width(card.below, PLAIN, 32) <= RIGHT - LEFT else 29
        below = _cut(pen, card.below, PLAIN, small, RIGHT - LEFT)
        pen.text(LEFT, end + 52, below, font=PLAIN, size=small, fill=SOFT)


def _fitted(pen: Pen, words: str, *, sizes: Sequence[tuple[int, int]]) -> tuple[int, Sequence[str]]:
    for size, most in sizes:
        lines = _wrapped(pen, words, size)
        if len(lines) <= most:
            return size, lines
    size, most = sizes[-1]
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return size, [*kept[:-1], _cut(pen, kept[-1], BOLD, size, RIGHT - LEFT)]


def _wrapped(pen: Pen, words: str, size: int) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.width(longer, BOLD, size) <= RIGHT - LEFT:
            lines[-1] = longer
        else:
            lines.append(_cut(pen, word, BOLD, size, RIGHT - LEFT))
    return lines


def _cut(pen: Pen, words: str, font: str, size: int, room: float) -> str:
    if pen.width(words, font, size) <= room:
        return words
    while words and pen.width(words + "…", font, size) > room:
        words = words[:-1]
    return words.rstrip(" ,.;:") + "…"


def _ribbon(pen: Pen, ribbon: Ribbon) -> None:
    """As on the page: dots, the waits on the lines between them, the words below."""
    y, stops = 488, ribbon.stops
    at = [LEFT + 13 + (RIGHT - LEFT - 26) * number / (len(stops) - 1) for number in range(len(stops))]
    for number, leg in enumerate(ribbon.legs):
        _leg(pen, leg, at[number] + 26, at[number + 1] - (0 if leg.stop.kind == "open" else 26), y)
    for number, (x, stop) in enumerate(zip(at, stops, strict=True)):
        _stop(pen, stop, x, y, side="l" if number == 0 else "r" if number == len(stops) - 1 else "m")


def _leg(pen: Pen, leg: Leg, start: float, end: float, y: float) -> None:
    middle, colour = (start + end) / 2, TONES.get(leg.tone, SOFT)
    gap = pen.width(leg.wait, BOLD, 34) / 2 + 18 if leg.wait else 0
    if leg.style == "open":
        middle = start + 70 + gap
    for begin, to in ((start, middle - gap), (middle + gap, end)):
        if leg.style == "dashed":
            for x in range(round(begin), round(to) - 6, 22):
                pen.line(x, y, min(x + 12, to), y, fill=colour, width=5)
        elif leg.style == "open" and begin > start:
            _fading(pen, begin, to, y, colour)
        else:
            pen.line(begin, y, to, y, fill=colour, width=6)
    pen.text(middle, y + 12, leg.wait, font=BOLD, size=34, fill=INK, anchor="ms")


def _fading(pen: Pen, begin: float, to: float, y: float, colour: str) -> None:
    """The wait goes on: nobody knows how long."""
    parts, (ink, paper) = 40, (ImageColor.getrgb(colour), ImageColor.getrgb(CARD))
    for part in range(parts):
        share = part / parts
        mixed = [round(one + (other - one) * share) for one, other in zip(ink, paper, strict=True)]
        x = begin + (to - begin) * share
        pen.line(x, y, x + (to - begin) / parts + 1, y, fill="#{:02x}{:02x}{:02x}".format(*mixed), width=6)


def _stop(pen: Pen, stop: Stop, x: float, y: float, *, side: str) -> None:
    colour = TONES.get(stop.tone, SOFT)
    if stop.kind == "promised":
        pen.ring(x, y, edge=colour)
    elif stop.kind != "open":
        pen.dot(x, y, fill=colour)
    edge = {"l": x - 13, "m": x, "r": x + 13}[side]
    words = _cut(pen, stop.words, SEMI, 27, 380)
    pen.text(
        edge, y + 54, words, font=SEMI, size=27, fill=TONES["wine"] if stop.tone == "wine" else SOFT, anchor=f"{side}s"
    )
