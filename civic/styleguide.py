"""Every piece of the look in every state, on one page; only with DEBUG."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from civic import examples

COLOURS = {
    "paper": "ground",
    "card": "ground of cards",
    "wash": "selected; what the town said",
    "ink": "words",
    "soft": "second words",
    "line": "hairlines",
    "edge": "borders of fields",
    "blue": "posted, links, the first act",
    "ochre": "answered, promised, due soon",
    "olive": "done, thanks",
    "wine": "late, failed, urgent",
    "terra": "places, private",
}
SIZES = ("xs", "s", "m", "l", "xl", "xxl")
STATES = ("new", "accepted", "waiting", "resolved", "declined", "late", "urgent", "private")
NOTICES = ("info", "done", "warning", "error")
SENDING = ("held", "queued", "sending", "in_doubt", "published", "refused", "failed")
NETWORKS = ("x", "mastodon", "bluesky", "plaza")
ICONS = Path("static/icons.svg")


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """`?theme=light|dark` and `?text=200` set what the device would."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    before, after = examples.pictures(now)
    shown = list(examples.requests(now))
    return render(request, "styleguide.html", {
        "section": "styleguide",
        "theme": request.GET.get("theme") if request.GET.get("theme") in {"light", "dark"} else "",
        "doubled": request.GET.get("text") == "200",
        "colours": COLOURS, "sizes": SIZES, "states": STATES, "notices": NOTICES, "networks": NETWORKS,
        "icons": re.findall(r'<symbol id="([^"]+)"', (settings.BASE_DIR / ICONS).read_text()),
        "requests": shown, "first": shown[0], "rows": list(examples.rows(now)), "reply": examples.reply(now),
        "replies": [examples.reply(now, status=status) for status in SENDING],
        "before": before, "after": after,
        "columns": examples.columns(), "line": examples.line(), "shares": examples.shares(),
        "legend": [("f-olive", "within 1 h"), ("f-ochre", "within 24 h"), ("f-wine", "later")],
        "form": examples.ExampleForm(), "refused": examples.ExampleForm({"place": "x"}, auto_id="refused_%s"),
    })  # fmt: skip
