"""How much one client may send, so that one flood does not drown a town's reports."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from requests_app.callers import client_address

WITHIN_SECONDS = 600
HOUR, DAY = 3600, 86400
# How many of one client, within how many seconds: letters reach somebody else's mailbox, guesses come as one types.
LIMITS = {
    "reports": (10, WITHIN_SECONDS),
    "guesses": (120, WITHIN_SECONDS),
    "taps": (30, WITHIN_SECONDS),
    "not-fixed": (5, HOUR),
    "letters": (5, HOUR),
}
# Three photos as large as they may be, and the words.
MOST_BYTES = 3 * settings.PHOTO_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def may(request: HttpRequest, what: str) -> bool:
    """Counts one more of this client; False once it sent too many of late."""
    most, seconds = LIMITS[what]
    return is_within(f"{what}:{client_address(request)}", most=most, seconds=seconds)


def is_within(name: str, *, most: int, seconds: int) -> bool:
    """Counts one more under a name that is kept nowhere; False once there were more than `most` of late."""
    key = "limit:" + salted_hmac("requests_app.public.limits", name).hexdigest()
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key) <= most
    except (RedisError, ValueError):
        # Without its memory the door stays open; ValueError: the count ended between the two lines.
        return True


def is_too_large(request: HttpRequest) -> bool:
    """Asked before anything reads the body."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES
