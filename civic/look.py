"""The town's face: its crest, and the colours that follow from the one it chose."""

import colorsys
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

BLUE = "#1B4F9C"
# The grounds in static/plaza.css on which the accent must be readable: paper, card.
LIGHT, DARK = ("#FAF7F2", "#FFFFFF"), ("#12161F", "#1A202C")
READABLE = 4.5
# How much of the accent its wash has: what is selected, what the town said.
WASH_LIGHT, WASH_DARK = 0.09, 0.12
KINDS = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
MOST_BYTES = 200_000
# Whatever stands in the file, it runs nothing and asks for nothing.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
HOUSE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 34"><rect width="34" height="34" rx="9.5" fill="{}"/>'
    '<g fill="none" stroke="#FFFFFF" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M9 25.5V15l8-6.5 8 6.5v10.5M6.5 25.5h21"/><path d="M14 25.5v-4.25a3 3 0 0 1 6 0v4.25"/></g></svg>'
)
COLOURS = """\
:root {{ --blue: {light.accent}; --wash: {light.wash}; }}
@media screen and (prefers-color-scheme: dark) {{
  :root:not([data-theme="light"]) {{ --blue: {dark.accent}; --wash: {dark.wash}; }}
}}
@media screen {{ :root[data-theme="dark"] {{ --blue: {dark.accent}; --wash: {dark.wash}; }} }}
@media print {{ :root {{ --wash: #FFFFFF; }} }}
"""
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shade:
    """The accent on one theme's grounds, and the wash that it leaves on a card."""

    accent: str
    wash: str


@dataclass(frozen=True, slots=True)
class Crest:
    """The picture's bytes; `version` stands in its address, so that browsers keep it until it changes."""

    content: bytes
    kind: str
    version: str
    is_own: bool = True


@lru_cache
def shades(colour: str) -> tuple[Shade, Shade]:
    """For light and for dark: the colour itself where it can be read there, else the nearest lightness that can."""
    light = _shade(colour, grounds=LIGHT, wash=WASH_LIGHT, step=-0.01)
    return light, _shade(colour, grounds=DARK, wash=WASH_DARK, step=0.01)


def contrast(one: str, other: str) -> float:
    """As WCAG measures it: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def crest() -> Crest:
    """The town's own, or the drawn house in its colour; a file that went away since the start closes no page."""
    path = _crest_path()
    if settings.TOWN_CREST and path.is_file():
        return _crest(path, path.stat().st_mtime_ns)
    return _house(settings.TOWN_ACCENT)


def has_own_colours() -> bool:
    return str(settings.TOWN_ACCENT).upper() != BLUE


def version_of_colours() -> str:
    return str(settings.TOWN_ACCENT).lstrip("#").lower()


@login_not_required
@require_safe
def crest_file(request: HttpRequest) -> HttpResponse:
    found = crest()
    return _kept(request, found.content, kind=found.kind, version=found.version)


@login_not_required
@require_safe
def colours_file(request: HttpRequest) -> HttpResponse:
    """`/town.css`: linked after plaza.css where the town has a colour of its own."""
    light, dark = shades(settings.TOWN_ACCENT)
    content = COLOURS.format(light=light, dark=dark).encode()
    return _kept(request, content, kind="text/css; charset=utf-8", version=version_of_colours())


def check(**_options: object) -> list[CheckMessage]:
    """Says at start, in plain words, what is wrong with the town's face."""
    return [*_wrong_accent(str(settings.TOWN_ACCENT)), *_wrong_crest(str(settings.TOWN_CREST))]


def _wrong_accent(colour: str) -> list[CheckMessage]:
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        return []
    hint = "Write # and six digits of 0-9 and A-F, as in #1B4F9C."
    return [Error(f"TOWN_ACCENT is no colour: {colour!r}.", hint=hint, id="civic.E001")]


def _wrong_crest(name: str) -> list[CheckMessage]:
    if not name:
        return []
    path = _crest_path()
    if not path.is_file():
        hint = "Name a file that the server can read, or leave TOWN_CREST empty for the drawn house."
        return [Error(f"TOWN_CREST names a file that is not there: {path}", hint=hint, id="civic.E002")]
    if path.suffix.lower() not in KINDS:
        hint = f"Use a picture that browsers know: {', '.join(KINDS)}."
        return [Error(f"TOWN_CREST is no picture: {path}", hint=hint, id="civic.E003")]
    if path.stat().st_size > MOST_BYTES:
        hint = f"Everybody's phone loads it: make it smaller than {MOST_BYTES // 1000} kB."
        return [Error(f"TOWN_CREST is too large: {path}", hint=hint, id="civic.E004")]
    return []


def _crest_path() -> Path:
    return Path(settings.BASE_DIR) / str(settings.TOWN_CREST)


@lru_cache(maxsize=4)
def _crest(path: Path, _changed: int) -> Crest:
    content = path.read_bytes()
    return Crest(content, KINDS[path.suffix.lower()], hashlib.sha256(content).hexdigest()[:12])


@lru_cache(maxsize=4)
def _house(colour: str) -> Crest:
    light, _dark = shades(colour)
    return Crest(HOUSE.format(light.accent).encode(), KINDS[".svg"], light.accent.lstrip("#").lower(), is_own=False)


def _kept(request: HttpRequest, content: bytes, *, kind: str, version: str) -> HttpResponse:
    """Kept for a day, and for good under the address that names its version."""
    named = request.GET.get("v") == version
    unchanged = request.headers.get("If-None-Match") == f'"{version}"'
    response = HttpResponseNotModified() if unchanged else HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable" if named else "public, max-age=86400"
    response["ETag"] = f'"{version}"'
    response["Content-Security-Policy"] = HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _shade(colour: str, *, grounds: tuple[str, ...], wash: float, step: float) -> Shade:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    while True:
        accent = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
        washed = _mixed(accent, grounds[1], share=wash)
        if all(contrast(accent, ground) >= READABLE for ground in (*grounds, washed)):
            return Shade(accent, washed)
        lightness = min(1.0, max(0.0, lightness + step))


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(colour: str, ground: str, *, share: float) -> str:
    pairs = zip(_rgb(colour), _rgb(ground), strict=True)
    red, green, blue = (share * ours + (1 - share) * theirs for ours, theirs in pairs)
    return _hex((red, green, blue))


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02X}" for part in rgb)
