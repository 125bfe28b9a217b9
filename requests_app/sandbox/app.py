"""The pretend X put together: stores, doors, pages."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from . import problems
from .codes import Codes
from .consent import consent
from .control import control
from .doors import Town
from .faults import Faults
from .limits import RateLimits
from .media import media
from .oauth import oauth
from .page import page
from .problems import Problem
from .reads import reads
from .server import MAX_BODY
from .store import Store
from .tokens import Tokens
from .uploads import uploads
from .writes import writes


def create_app(folder: Path, *, stopping: threading.Event, rate_limits: bool = True, window: int = 800) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    store = Store(folder)
    app.extensions["town"] = Town(
        store=store,
        tokens=Tokens(store),
        codes=Codes(),
        limits=RateLimits(enforced=rate_limits),
        faults=Faults(stopping=stopping),
        stopping=stopping,
        window=window,
    )
    app.before_request(_refuse_other_sites)
    app.register_error_handler(Problem, lambda problem: problem.response())
    app.register_error_handler(HTTPException, _plain_error)
    for rooms in (reads, writes, uploads, oauth, consent, control, media, page):
        app.register_blueprint(rooms)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


def _refuse_other_sites() -> Response | None:
    """A page of another site, open in the same browser, must not write here."""
    origin = request.headers.get("Origin")
    if request.method in ("GET", "HEAD") or origin is None or urlsplit(origin).netloc == request.host:
        return None
    return Response("Only this page may write here.", status=403, mimetype="text/plain")


def _plain_error(error: HTTPException) -> Response:
    """X's JSON under /2, one plain sentence elsewhere."""
    status = error.code or 500
    if request.path.startswith("/2/"):
        return problems.plain(status, error.name).response()
    return Response(f"{status} {error.name}", status=status, mimetype="text/plain")
