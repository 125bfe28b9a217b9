"""What a phone needs to carry the street with it: the service worker, the manifest, the icons, and words for its script."""

import hashlib
import io
import json
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

# Everything that the pages of the street show besides themselves.
ASSETS = (
    "plaza.css", "plaza.js", "icons.svg", "street.css", "street.js", "street-queue.js", "urgent.js", "urgent-clock.js",
    "urgent.svg", "urgent.css",
    "map.css", "map.js", "leaflet/leaflet.css", "leaflet/leaflet.js",
)  # fmt: skip
STYLES = ("plaza.css", "street.css")
# The town's own: its crest and its colours.
FACE = ("crest", "town_colours")
SIZES = (192, 512)
PAPER = "#FAF7F2"
# Of the drawing in components/mark.html.
UNITS = 34
HOUSE = ((9, 25.5), (9, 15), (17, 8.5), (25, 15), (25, 25.5))
GROUND = ((6.5, 25.5), (27.5, 25.5))
DOOR = (14, 18.25, 20, 24.25)


def phone_words() -> dict[str, str]:
    """What the script says; `%s` is filled in by it."""
    return {
        "waiting": _("Waits for signal"),
        "sending": _("Sending…"),
        "sent": _("Sent: %s"),
        "kept": _("No signal. It is kept on this phone and sent when there is some."),
        "one": _("1 waiting for signal"),
        "many": _("%s waiting for signal"),
        "decide": _("Not done. Your words and your photo are still here."),
        "signIn": _("Sign in to send it."),
        "again": _("Send it all the same"),
        "retry": _("Try now"),
        "remove": _("Remove"),
        "sure": _("Remove it for good?"),
        "others": _("A colleague's acts wait on this phone until they sign in here."),
        "nowhere": _("Your position could not be found."),
        "metres": _("%s m"),
        "kilometres": _("%s km"),
        "nearest": _("Nearest first."),
        "needsSignal": _("That needs signal."),
        "noStore": _("This phone keeps nothing: stay on the page until it is sent."),
        "photo": _("with a photo"),
        "noPhoto": _("That file is not a photo we can read. Send a JPEG, PNG, WebP or GIF."),
    }


def service_worker() -> str:
    """The script, with a version that changes with anything it keeps."""
    assets = [*(static(name) for name in ASSETS), *(reverse(name) for name in FACE)]
    words = {"title": _("No signal"), "text": _("This page is not on the phone yet."), "back": _("Today's work")}
    context = {
        "assets": json.dumps(assets),
        "words": json.dumps({**words, "language": get_language()}),
        "styles": json.dumps([*(static(name) for name in ASSETS if name in STYLES), reverse("town_colours")]),
        "street": reverse("street"),
    }
    script = render_to_string("staff/street/worker.js", context)
    return script.replace("VERSION", hashlib.sha256(script.encode()).hexdigest()[:12], 1)


def manifest() -> dict[str, object]:
    """As browsers read it before they offer to install."""
    street = reverse("street")
    icons = [
        {"src": reverse("street_icon", args=[size]), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    return {
        "id": street,
        "name": _("%(town)s: the street") % {"town": settings.TOWN_NAME},
        "short_name": _("Street"),
        "description": _("Today's work of the town hall's teams."),
        "lang": get_language(),
        "dir": "auto",
        "start_url": street,
        "scope": street,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": settings.TOWN_ACCENT,
        "icons": icons,
        "shortcuts": [
            {"name": _("Today's work"), "url": street, "icons": icons[:1]},
            {"name": _("On the map"), "url": f"{street}?view=map", "icons": icons[:1]},
        ],
    }


@lru_cache(maxsize=len(SIZES))
def icon(size: int) -> bytes:
    """The drawn house on the town's colour, whole to the edge, so that any mask may cut it."""
    # Drawn four times as large: Pillow's lines have hard edges.
    whole = size * 4
    image = Image.new("RGB", (whole, whole), settings.TOWN_ACCENT)
    draw = ImageDraw.Draw(image)
    # A mask keeps the inner four fifths.
    unit, edge = whole * 0.74 / UNITS, whole * 0.13

    def at(x: float, y: float) -> tuple[float, float]:
        return edge + x * unit, edge + y * unit

    width = round(2.2 * unit)
    for line in (HOUSE, GROUND):
        draw.line([at(*point) for point in line], fill="#FFFFFF", width=width, joint="curve")
    left, top, right, bottom = DOOR
    draw.line([at(left, 25.5), at(left, 21), at(right, 21), at(right, 25.5)], fill="#FFFFFF", width=width)
    draw.pieslice([*at(left, top - 0.25), *at(right, bottom - 0.25)], 180, 360, fill="#FFFFFF")
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
