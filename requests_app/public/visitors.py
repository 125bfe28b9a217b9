"""Which browser it is, for counting each once: a random cookie of our own, of which only a keyed hash is kept."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
KEEP_SECONDS = 365 * 24 * 3600


def visitor_of(request: HttpRequest) -> str:
    """The hash of this browser's cookie; "" for one that never tapped anything."""
    cookie = request.COOKIES.get(COOKIE, "")
    return hashed(cookie) if cookie else ""


def hashed(cookie: str) -> str:
    return salted_hmac("requests_app.public.visitors", cookie, algorithm="sha256").hexdigest()


def remember(request: HttpRequest, response: HttpResponse) -> str:
    """Gives this browser its cookie, unless it has one, and returns the hash."""
    cookie = request.COOKIES.get(COOKIE, "")
    if not cookie:
        cookie = secrets.token_urlsafe(18)
        response.set_cookie(
            COOKIE, cookie, max_age=KEEP_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )  # fmt: skip
    return hashed(cookie)
