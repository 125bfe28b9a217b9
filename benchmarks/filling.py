"""Three years of a town, written by SQL alone: a million requests in a couple of minutes."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from benchmarks import residents
from requests_app.models import Post
from requests_app.plan import area_of, plan

TEXTS = 5000
# The newest are open whatever their age, so that a small town's first pages are as full as a large one's.
NEWEST_OPEN = 400
YEARS = 3
TABLES = ("author", "post", "servicerequest", "reply", "event")

# One row a request, decided once: the tables below are all drawn from it. A long queue is a short one's, repeated: the
# share of open requests falls with their age, waits are log-normal, and what is due is due around now.
PLAN = """
CREATE TEMPORARY TABLE plan AS
SELECT
    drawn.*,
    status IN ('resolved', 'declined') AS closed,
    CASE WHEN answers THEN least(received_at + answer_wait, now()) END AS answered_at,
    CASE WHEN status IN ('resolved', 'declined')
        THEN least(received_at + answer_wait + work_wait, now()) END AS closed_at
FROM (
    SELECT
        dice.*,
        town.*,
        CASE WHEN is_open AND dice_status < 0.45 OR person IS NULL THEN CASE WHEN is_open THEN 'new' ELSE 'declined' END
             WHEN is_open AND dice_status < 0.88 THEN 'accepted'
             WHEN is_open THEN 'waiting'
             WHEN dice_status < 0.88 THEN 'resolved'
             ELSE 'declined' END AS status,
        NOT is_open AND dice_answer < 0.97 OR is_open AND dice_status >= 0.45 AND person IS NOT NULL AS answers,
        interval '9 minutes' * exp(1.4 * (dice_a + dice_b + dice_c - 1.5) * 2) AS answer_wait,
        interval '20 hours' * exp(1.2 * (dice_b + dice_c + dice_d - 1.5) * 2) AS work_wait
    FROM (
        SELECT *, posted_at + interval '5 seconds' AS received_at,
            n > %(count)s - %(newest)s OR dice_open < CASE
                WHEN posted_at > now() - interval '1 day' THEN 0.6
                WHEN posted_at > now() - interval '7 days' THEN 0.25
                WHEN posted_at > now() - interval '30 days' THEN 0.1
                ELSE 0.012 END AS is_open
        FROM (
            SELECT
                n, now() - interval '10 seconds' - interval '{years} years' * ((%(count)s - n + random()) / %(count)s) AS posted_at,
                random() AS dice_open, random() AS dice_status, random() AS dice_answer, random() AS dice_kind,
                random() AS dice_a, random() AS dice_b, random() AS dice_c, random() AS dice_d,
                1 + (random() * (%(services)s - 1))::int AS service_place, 1 + (random() * (%(authors)s - 1))::int AS author_place
            FROM generate_series(1, %(count)s) AS n
        ) AS thrown
    ) AS dice
    JOIN town ON town.place = dice.service_place
) AS drawn
""".replace("{years}", str(YEARS))

TOWN = """
CREATE TEMPORARY TABLE town AS
SELECT
    row_number() OVER (ORDER BY service.id) AS place, service.id AS service_id, service.queue_id, service.is_private,
    (SELECT min(member.user_id) FROM requests_app_queue_members AS member WHERE member.queue_id = service.queue_id) AS person,
    coalesce(
        (SELECT min(account.id) FROM requests_app_account AS account WHERE account.queue_id = service.queue_id AND account.network = 'x'),
        (SELECT min(account.id) FROM requests_app_account AS account WHERE account.network = 'x')
    ) AS account_id
FROM requests_app_service AS service WHERE service.is_active
"""

AUTHORS = """
INSERT INTO requests_app_author (id, network, external_id, handle, display_name, verified_at, contact)
SELECT n, 'x', (5000 + n)::text, 'vecino_' || n, 'Vecino ' || n, NULL, '' FROM generate_series(1, %(authors)s) AS n
"""

# The opening post of each request has its number; thank-yous and second thoughts follow.
POSTS = """
INSERT INTO requests_app_post (
    id, network, external_id, account_id, author_id, written_by_id, text, language, mentions, conversation_id, in_reply_to,
    address, latitude, longitude, service_id, attributes, url, reference, version, posted_at, received_at, deleted_at,
    triaged_at, set_aside_at, triage_error, kind, evidence, is_offensive, service_request_id
)
SELECT
    plan.n + {shift}, 'x', (1800000000000000000 + plan.n + {shift})::text, account_id, author_place, NULL,
    words.text || ' ' || plan.n, 'es', %(mentions)s, (1800000000000000000 + plan.n)::text, {in_reply_to},
    '', NULL, NULL, NULL, '{{}}', '', '{{}}', '', {posted_at}, {posted_at} + interval '5 seconds', NULL,
    {posted_at} + interval '6 seconds', NULL, '', {kind},
    '[{{"signal": "words", "detail": ["farola", "luz"]}}]', FALSE, plan.n
FROM plan JOIN words ON words.place = (plan.n * {step}) %% {texts} {where}
"""

REQUESTS = """
INSERT INTO requests_app_servicerequest (
    id, status, kind, opening_post_id, service_id, queue_id, assignee_id, merged_into_id, is_urgent, is_private, language,
    address, latitude, longitude, area, place_from, decline_reason, follow_token, posted_at, received_at, accepted_at, answered_at, resolved_at,
    answered_in_hours, resolved_in_hours, promised_for, due_at, told_at, changed_at, version
)
SELECT
    n, status, {kind}, n, CASE WHEN dice_a < 0.9 THEN service_id END, queue_id,
    CASE WHEN status <> 'new' THEN person END,
    CASE WHEN closed AND n %% 100 = 0 THEN n - 1 END,
    dice_d > 0.99, is_private, 'es', coalesce(spot.name, ''), spot.latitude, spot.longitude, coalesce(spot.area, ''),
    CASE WHEN spot.name IS NULL THEN '' ELSE 'text' END, CASE WHEN status = 'declined' THEN 'nothing_to_do' ELSE '' END, NULL, posted_at, received_at,
    CASE WHEN status IN ('accepted', 'waiting', 'resolved') THEN coalesce(answered_at, closed_at, received_at) END,
    answered_at, CASE WHEN status = 'resolved' THEN closed_at END,
    (answered_at - posted_at) * 0.4, CASE WHEN status = 'resolved' THEN (closed_at - posted_at) * 0.4 END, NULL,
    CASE WHEN NOT closed THEN now() + interval '1 day' * (8 * (dice_b + dice_c) - 10) END,
    coalesce(closed_at, answered_at, received_at), coalesce(closed_at, answered_at, received_at), 1 + (dice_c * 4)::int
FROM plan LEFT JOIN spot ON spot.place = n %% %(places)s
"""

# What left long ago is not on any page; the timeline shows the answers of the last months.
REPLIES = """
INSERT INTO requests_app_reply (
    id, service_request_id, post_id, account_id, by_id, text, payload, frozen, url, reference, language, status, created_at, next_attempt_at,
    first_claimed_at, claimed_at, attempts, looks, resends, error, rule, external_id, published_at, given_up_at
)
SELECT
    n, n, n, account_id, person, 'Ya estamos en ello, gracias por avisar.', 'Ya estamos en ello, gracias por avisar. N.º ' || n, '{}', '', '{}', 'es',
    'published', answered_at, NULL, answered_at, answered_at, 1, 0, 0, '', '', (1900000000000000000 + n)::text, answered_at, NULL
FROM plan WHERE answered_at > now() - interval '120 days'
"""

EVENTS = """
INSERT INTO requests_app_event (id, service_request_id, verb, at, by_id, post_id, reply_id, queue_id, undoes_id, text, data)
SELECT row_number() OVER (ORDER BY at), n, verb, at, by_id, post_id, reply_id, queue_id, NULL, '', data
FROM (
    SELECT n, 'received' AS verb, received_at AS at, NULL::int AS by_id, n AS post_id, NULL::bigint AS reply_id, queue_id,
        '{}'::jsonb AS data FROM plan
    UNION ALL
    SELECT n, 'accepted', coalesce(answered_at, closed_at, received_at), person, NULL, NULL, NULL, '{}' FROM plan
    WHERE status IN ('accepted', 'waiting', 'resolved')
    UNION ALL
    SELECT n, 'answered', answered_at, person, NULL, CASE WHEN answered_at > now() - interval '120 days' THEN n END, NULL, '{}'
    FROM plan WHERE answered_at IS NOT NULL
    UNION ALL
    SELECT n, status, closed_at, person, NULL, NULL, NULL, '{}' FROM plan WHERE closed
) AS told
"""

KIND = """CASE WHEN dice_kind < 0.7 THEN 'problem' WHEN dice_kind < 0.82 THEN 'question'
    WHEN dice_kind < 0.9 THEN 'complaint' ELSE 'proposal' END"""


def fill(count: int) -> None:
    """Empty the town's history and write `count` requests with their posts, events and answers."""
    mentions = Post._meta.get_field("mentions").get_db_prep_save(["101"], connection)
    sizes: dict[str, object] = {
        "count": count,
        "authors": max(count // 20, 50),
        "mentions": mentions,
        "newest": NEWEST_OPEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(f'requests_app_{table}' for table in TABLES)} CASCADE")
        cursor.execute("SET synchronous_commit = off")
        # Every row names rows that exist: it is we who write them all.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("CREATE TEMPORARY TABLE words (place int PRIMARY KEY, text text)")
        texts = [order["text"] for order in residents.posts(TEXTS, seed=3)]
        cursor.execute(
            "INSERT INTO words SELECT ordinality - 1, text FROM unnest(%s) WITH ORDINALITY AS t (text)", [texts]
        )
        _fill_spots(cursor, sizes)
        cursor.execute(TOWN)
        cursor.execute("SELECT count(*) FROM town")
        cursor.execute(PLAN, sizes | {"services": cursor.fetchone()[0]})
        indexes = _drop_indexes(cursor)
        for statement in (AUTHORS, *_posts(count), REQUESTS.replace("{kind}", KIND), REPLIES, EVENTS):
            cursor.execute(statement, sizes)
        for index in indexes:
            cursor.execute(index)
        for table in TABLES:
            name = f"requests_app_{table}"
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        cursor.execute("DROP TABLE plan, town, words, spot")
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


def _fill_spots(cursor: CursorWrapper, sizes: dict[str, object]) -> None:
    """The places of the plan, for three requests in four."""
    town = plan()
    spots = town.spots if town else ()
    cursor.execute("CREATE TEMPORARY TABLE spot (place int, name text, latitude float, longitude float, area text)")
    for place, one in enumerate(spots):
        area = area_of(one.latitude, one.longitude)
        cursor.execute(
            "INSERT INTO spot VALUES (%s, %s, %s, %s, %s)", [place, one.name, one.latitude, one.longitude, area]
        )
    sizes["places"] = max(len(spots) * 4 // 3, 1)


def _posts(count: int) -> list[str]:
    """Openings; one follow-up in twenty, one thank-you in thirty."""
    opening = {"shift": 0, "step": 1, "in_reply_to": "''", "posted_at": "posted_at", "kind": KIND, "where": ""}
    reply = {
        "in_reply_to": "(1800000000000000000 + plan.n)::text",
        "posted_at": "least(received_at + work_wait, now() - interval '10 seconds')",
    }
    follow_up = reply | {"shift": count, "step": 7, "kind": "'problem'", "where": "WHERE n %% 20 = 3"}
    thanks = reply | {"shift": 2 * count, "step": 11, "kind": "'thanks'", "where": "WHERE n %% 30 = 7 AND closed"}
    return [POSTS.format(texts=TEXTS, **part) for part in (opening, follow_up, thanks)]


def _drop_indexes(cursor: CursorWrapper) -> list[str]:
    """All that hold no constraint; the statements that bring them back."""
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)
        """,
        [[f"requests_app_{table}" for table in TABLES]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
