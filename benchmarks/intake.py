"""Intake: posts that wait on the network until all are visible in queues, beside a raw INSERT of the same rows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg2.extras import execute_values

from benchmarks import residents
from benchmarks.report import Figure, say, step
from benchmarks.town import Stack
from requests_app import inbox, tasks, triage
from requests_app.models import Account, Author, Event, Post, ServiceRequest

POSTS = 20_000
BATCH = 500
PAGE = 1000
POLL_SECONDS = 0.2
# Not one post sorted in so long: something is broken.
PATIENCE_SECONDS = 60
# In the order in which a raw INSERT may write them; posts and requests name each other, checked at the commit.
TABLES = tuple(model._meta.db_table for model in (Author, Post, ServiceRequest, Event))


def measure(*, town: Stack, scale: float) -> list[Figure]:
    """1. Count the queries of one batch. 2. Time the whole way. 3. Insert the same rows by hand."""
    count = max(int(POSTS * scale), BATCH)
    town.nobody_reads()
    with step(f"Counting the queries of one batch of {BATCH}"):
        few = _count_queries(town, BATCH // 10)[1]
        walk, batch = _count_queries(town, BATCH)
    with step(f"{count:,} residents' posts wait on the network"):
        town.post(residents.posts(count))
    seconds, marks = _intake(town, count)
    requests = ServiceRequest.objects.count()
    say(f"  {count:,} posts became {requests:,} requests; read in {marks['stored']:.1f} s, sorted in {seconds:.1f} s")
    town.nobody_reads()
    rows, raw_seconds = _insert_raw()
    rate, raw_rate = count / seconds, count / raw_seconds
    return [
        Figure(
            "intake.posts_per_second",
            rate,
            "posts/s",
            f"at least 1,000; {count:,} posts in {seconds:.1f} s",
            rate >= 1000,
        ),
        Figure(
            "intake.raw_insert_per_second",
            raw_rate,
            "posts/s",
            f"{rows:,} rows in {raw_seconds:.2f} s, 1,000 a statement",
        ),
        Figure("intake.ratio_to_insert", rate / raw_rate, "", "at least 0.2 of the raw INSERT", rate / raw_rate >= 0.2),
        Figure("intake.queries_per_batch", batch, "queries", f"to sort {BATCH} posts; {few} for {BATCH // 10}"),
        Figure("intake.queries_per_walk", walk, "queries", f"to store {BATCH} posts of one account"),
    ]


def _count_queries(town: Stack, count: int) -> tuple[int, int]:
    """One walk and one batch in this process, taken back afterwards; what is not committed no worker sees."""
    town.order("/sandbox/reset", {})
    # All of one account's, so that one walk reads them.
    town.post(order | {"text": f"@alameda {order['text']}"} for order in residents.posts(count, seed=11))
    with transaction.atomic():
        Account.objects.filter(network="x", handle="alameda").update(next_collect_at=timezone.now())
        with _counting() as walk:
            collected = inbox.collect(Account.objects.get(network="x", handle="alameda"))
        with _counting() as batch:
            dealt_with = triage.sort(limit=count)
        transaction.set_rollback(True)
    if collected != count or dealt_with != count:
        raise SystemExit(f"expected {count} posts, {collected} were read and {dealt_with} sorted")
    town.order("/sandbox/reset", {})
    return len(walk), len(batch)


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The statements that read or write; BEGIN, COMMIT and savepoints go without saying."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [
        query["sql"] for query in captured if query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
    ]


def _intake(town: Stack, count: int) -> tuple[float, dict[str, float]]:
    say(f"  Sorting {count:,} posts with the worker of `make run`")
    began = time.monotonic()
    town.everybody_reads()
    tasks.nudge(tasks.collect)
    marks: dict[str, float] = {}
    changed, before, told = began, 0, 0
    while True:
        stored, sorted_ = _progress()
        now = time.monotonic()
        if stored >= count and "stored" not in marks:
            marks["stored"] = now - began
        if sorted_ >= count:
            return now - began, marks
        if stored + sorted_ != before:
            before, changed = stored + sorted_, now
        if now - changed > PATIENCE_SECONDS:
            raise SystemExit(f"stuck at {stored:,} read and {sorted_:,} sorted of {count:,}")
        if int(now - began) // 2 > told:
            told = int(now - began) // 2
            say(f"    {now - began:5.1f} s   {stored:>7,} read   {sorted_:>7,} sorted")
        time.sleep(POLL_SECONDS)


def _progress() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(triaged_at) FROM requests_app_post")
        stored, sorted_ = cursor.fetchone()
    return stored, sorted_


def _insert_raw() -> tuple[int, float]:
    """The very rows that intake wrote, put back into the same emptied tables by one process, 1,000 a statement."""
    connection.close()
    with connection.cursor() as cursor:
        kept = {table: _dump(cursor, table) for table in TABLES}
        with step("Inserting the same rows by hand"):
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            began = time.perf_counter()
            with transaction.atomic():
                for table, (columns, rows) in kept.items():
                    execute_values(
                        cursor.cursor,
                        f"INSERT INTO {table} ({columns}) VALUES %s",
                        rows,
                        page_size=PAGE,  # noqa: S608
                    )
            seconds = time.perf_counter() - began
    return sum(len(rows) for _columns, rows in kept.values()), seconds


def _dump(cursor: Any, table: str) -> tuple[str, list[tuple[Any, ...]]]:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = cursor.fetchall()
    # JSON as text: it goes back as it came, with no work for Python.
    read = ", ".join(f'"{name}"::text' if kind == "jsonb" else f'"{name}"' for name, kind in columns)
    cursor.execute(f"SELECT {read} FROM {table} ORDER BY id")  # noqa: S608 (our own tables)
    return ", ".join(f'"{name}"' for name, _kind in columns), cursor.fetchall()
