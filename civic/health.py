"""Whether the site is alive, and whether it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from requests_app.models import Account, Network


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok` while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; with each account's last complete reading and last error."""
    database, broker = _database(), _broker()
    ready = database and broker
    body = {"database": database, "broker": broker, "accounts": _accounts() if database else []}
    return JsonResponse(body, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return False
    return True


def _accounts() -> list[dict[str, object]]:
    accounts = Account.objects.linked().exclude(network=Network.PLAZA).order_by("pk")
    return [
        {
            "network": account.network,
            "handle": account.handle,
            "collected_at": account.collected_at,
            "error": account.collect_error or None,
        }
        for account in accounts
    ]
