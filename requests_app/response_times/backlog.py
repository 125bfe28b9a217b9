"""How many stood open at each step of a period, by team: counted back from what is open now."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from requests_app.models import ServiceRequest, Status
from requests_app.response_times.periods import Period

# The key under which the whole town's stands.
TOWN = ""


def backlogs(period: Period, *, now: datetime, open_now: Mapping[str, int]) -> dict[str, list[int]]:
    """By the code of a team: at the period's start, then at the end of each of its steps. One query.

    `open_now` by the same codes. Requests count for the team that has them today; who closed one and when is exact
    for repairs, and the newest public line for what was declined.
    """
    stretches = [step for step in period.stretches(now) if step[0] <= now]
    # Of a past period only the totals after its end matter: they are the last bucket.
    starts = [start for start, _end in stretches] + [period.end]
    moves: dict[str, list[int]] = {code: [0] * (len(starts) + 1) for code in open_now}
    for code, at, change in _changes(starts):
        for key in (code, TOWN):
            if key in moves:
                moves[key][at] += change
    return {code: _back(open_now[code], changes) for code, changes in moves.items()}


def _back(now: int, changes: list[int]) -> list[int]:
    """From `[before, step 1, …, step n, after]`: what stood open at the start and at each step's end."""
    standing = [now - changes[-1]]
    for change in reversed(changes[1:-1]):
        standing.append(standing[-1] - change)
    return [max(0, count) for count in reversed(standing)]


def _changes(starts: list[datetime]) -> list[tuple[str, int, int]]:
    """Team, step and by how much its open requests changed in it."""
    requests = ServiceRequest.objects.standing()
    posted, posted_params = (
        requests.filter(posted_at__gte=starts[0]).values("queue_id", "posted_at").query.sql_with_params()
    )
    # Nothing was closed after it last changed, and the index `newest_changed` leads to what did since.
    closed = requests.filter(changed_at__gte=starts[0], status__in=(Status.RESOLVED, Status.DECLINED))
    shut, shut_params = closed.values("queue_id", "resolved_at", "told_at").query.sql_with_params()
    # Only fixed expressions stand in the text; every value is a parameter.
    sql = (
        "SELECT queue.code, width_bucket(at, %s::timestamptz[]) AS step, sum(change) FROM ("  # noqa: S608
        f" SELECT queue_id, posted_at AS at, 1 AS change FROM ({posted}) AS posted"
        f" UNION ALL SELECT queue_id, coalesce(resolved_at, told_at), -1 FROM ({shut}) AS shut"
        ") AS moves JOIN requests_app_queue AS queue ON queue.id = queue_id GROUP BY queue.code, step"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, (starts, *posted_params, *shut_params))
        return [(code, step, int(change)) for code, step, change in cursor.fetchall()]
