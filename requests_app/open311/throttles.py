"""How often one address may read and one key may write."""

import hashlib
import logging

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from requests_app.callers import client_address
from requests_app.open311.keys import key_of

log = logging.getLogger(__name__)


class Counted(SimpleRateThrottle):
    """Counts in the cache; without a cache nobody is counted, and nobody is turned away."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            log.warning("no cache to count calls")
            return True


class PerAddress(Counted):
    scope = "open311_read"

    def get_rate(self) -> str:
        return settings.OPEN311_READ_RATE

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"open311:address:{client_address(request)}"


class PerKey(Counted):
    """Of writings. The key need not be good: guesses are counted too, and each guesser by address as well."""

    scope = "open311_write"

    def get_rate(self) -> str:
        return settings.OPEN311_WRITE_RATE

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        key = key_of(request) if request.method == "POST" else ""
        return f"open311:key:{hashlib.sha256(key.encode()).hexdigest()}" if key else None
