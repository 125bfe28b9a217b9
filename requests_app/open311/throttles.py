"""How often one address may read and one key may write."""

import hashlib
import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

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


def client_address(request: HttpRequest | Request) -> str:
    """Who calls: the address, or the /64 of an IPv6 one, since a household holds all of it.

    Behind the town's own proxy it is the last one of X-Forwarded-For: whatever stands before is the caller's claim.
    """
    claimed = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY else ""
    written = claimed.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(_without_port(written))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _without_port(written: str) -> str:
    """`203.0.113.7:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]` and plain addresses."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0] if written.count(":") == 1 else written
