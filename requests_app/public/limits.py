"""How much one client may send, so that one flood does not drown a town's reports."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from requests_app.callers import client_address

REPORTS = 10
WITHIN_SECONDS = 600
# Three photos as large as they may be, and the words.
MOST_BYTES = 3 * settings.PHOTO_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def may_report(request: HttpRequest) -> bool:
    """Counts a report of this client; False once it sent too many of late."""
    # The address itself is kept nowhere.
    key = "reports:" + salted_hmac("requests_app.public.limits", client_address(request)).hexdigest()
    try:
        cache.add(key, 0, WITHIN_SECONDS)
        return cache.incr(key) <= REPORTS
    except (RedisError, ValueError):
        # Without its memory the door stays open; ValueError: the count ended between the two lines.
        return True


def is_too_large(request: HttpRequest) -> bool:
    """Asked before anything reads the body."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES
