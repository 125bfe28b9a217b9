"""What the pages and the API point at: photos, and a face for everyone."""

from __future__ import annotations

import html
import zlib

from flask import Blueprint, Response, send_from_directory

from .doors import town

media = Blueprint("media", __name__)

# Deep enough that white letters read on each of them.
COLOURS = ("#1B4F9C", "#8A5A00", "#4E6420", "#8E1F3F", "#A8431F", "#5B4B8A", "#0F6A6A", "#6B4A2B")


@media.get("/media/<filename>")
def photo(filename: str) -> Response:
    response = send_from_directory(town().store.media_folder.resolve(), filename, max_age=31536000)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@media.get("/avatars/<handle>.svg")
def avatar(handle: str) -> Response:
    user = town().store.user_named(handle)
    svg = face(user.name if user else handle, handle=handle, is_town=bool(user and user.is_town))
    return Response(svg, mimetype="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def face(name: str, *, handle: str, is_town: bool) -> str:
    """A disc with initials; the town's accounts are square, as on a name plate."""
    words = [word for word in name.replace(",", " ").split() if word[0].isalnum()]
    initials = html.escape("".join(word[0] for word in words[:2]).upper() or "?")
    colour = COLOURS[0] if is_town else COLOURS[1 + zlib.crc32(handle.lower().encode()) % (len(COLOURS) - 1)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="{22 if is_town else 48}" fill="{colour}"/>'
        f'<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="38" font-weight="600" text-anchor="middle" '
        f'dominant-baseline="central">{initials}</text></svg>'
    )
