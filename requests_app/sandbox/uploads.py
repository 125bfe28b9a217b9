"""Photos on their way into a post: upload and description."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, request

from . import photos
from .doors import caller, endpoint, town
from .problems import as_json, invalid
from .records import Photo
from .writes import body_id

uploads = Blueprint("uploads", __name__, url_prefix="/2/media")


@uploads.post("/upload")
@endpoint("media")
def upload() -> Response:
    """JSON with base64, or multipart; the category is asked for, as X does."""
    content, category = _multipart() if request.mimetype == "multipart/form-data" else _base64()
    if category not in ("tweet_image", "dm_image"):
        raise invalid("media_category", category, "media_category is one of [tweet_image,dm_image]")
    photo = _kept(content)
    return as_json(
        {"data": {"id": str(photo.id), "media_key": photo.key, "size": len(content), "expires_after_secs": 86400}}
    )


def _multipart() -> tuple[bytes, str]:
    file = request.files.get("media")
    return file.read() if file else b"", request.form.get("media_category", "")


def _base64() -> tuple[bytes, str]:
    body = _json_body()
    try:
        return base64.b64decode(str(body.get("media", "")), validate=True), str(body.get("media_category", ""))
    except binascii.Error:
        raise invalid("media", "(base64)", "media is not valid base64") from None


def _kept(content: bytes) -> Photo:
    try:
        return photos.keep(content, owner=caller().id, store=town().store)
    except photos.NotAPhoto as error:
        raise invalid("media", f"({len(content)} bytes)", str(error)) from error


@uploads.post("/metadata")
@endpoint("media_metadata")
def describe() -> Response:
    body = _json_body()
    store = town().store
    photo = store.memory.photos.get(body_id(body.get("id"), name="id") or 0)
    metadata = body.get("metadata")
    alt = metadata.get("alt_text") if isinstance(metadata, dict) else None
    text = alt.get("text") if isinstance(alt, dict) else None
    if photo is None or photo.owner != caller().id:
        raise invalid("id", body.get("id"), "id is not the id of a photo of yours")
    if not isinstance(text, str) or not 0 < len(text) <= 1000:
        raise invalid("metadata.alt_text.text", text, "alt text holds 1 to 1000 characters")
    store.describe(photo.id, alt=text)
    store.bill("media_metadata", [photo.id])
    return as_json({"data": {"id": str(photo.id), "associated_metadata": {"alt_text": {"text": text}}}})


def _json_body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}
