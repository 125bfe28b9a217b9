"""Who calls, for whatever counts callers: the sign-in, the report form, the API."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

# An address that is nobody's, where the server was told none.
NOBODY = "0.0.0.0"  # noqa: S104


def client_address(request: HttpRequest | Request) -> str:
    """Who calls, by network address; of an IPv6 one the first of its /64, since a household holds all of it.

    Behind the town's own proxy it is the last one of X-Forwarded-For: whatever stands before is the caller's claim.
    """
    claimed = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY else ""
    written = claimed.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(_without_port(written))
    except ValueError:
        return NOBODY
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _without_port(written: str) -> str:
    """`203.0.113.7:4711`, `[2001:db8::1]:4711`, `[2001:db8::1]` and plain addresses."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0] if written.count(":") == 1 else written
