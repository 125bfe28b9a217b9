"""Whether the site is alive, and whether it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from requests_app import channels
from requests_app.channels import Alarm, State


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
    """200 when database and broker answer, else 503; with the state of each account in use, and the alarms.

    A channel that is sick is an alarm and no 503: nothing is gained by taking the desk away from its people too.
    Anybody may ask, so there are codes and moments only: no network's words, no sums.
    """
    database, broker = _database(), _broker()
    found = channels.all_states(now=timezone.now()) if database else []
    body = {
        "database": database,
        "broker": broker,
        "accounts": [_state(states[0]) for states in found if states[0].account.is_active],
        "alarms": [_alarm(alarm) for alarm in channels.alarms_of(found, now=timezone.now())],
    }
    return JsonResponse(body, status=200 if database and broker else 503)


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


def _state(state: State) -> dict[str, object]:
    account = state.account
    return {
        "network": account.network,
        "handle": account.handle,
        "collected_at": account.collected_at,
        "state": state.code,
        "since": state.since,
        "until": state.until,
    }


def _alarm(alarm: Alarm) -> dict[str, object]:
    handles = [account.handle for account in alarm.accounts]
    return {
        "code": alarm.code,
        "network": alarm.network,
        "handles": handles,
        "since": alarm.since,
        "until": alarm.until,
    }
