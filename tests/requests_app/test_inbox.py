"""Collect: complete walks, nothing lost, nothing doubled, nothing of the town's own taken for a request."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import inbox
from requests_app.inbox import collecting
from requests_app.inbox.storing import store
from requests_app.models import Account, Author, Gap, Photo, Post, RateLimit
from requests_app.models.sealed import Secrets
from requests_app.networks import x
from requests_app.networks.contract import IncomingAuthor, IncomingPhoto, IncomingPost, Missed
from tests.factories import AccountFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

# Tests run late in the evening, too, when a day is read again as a whole.
NOT_TODAY = timedelta(days=2)

STREET = "@alameda la farola de la calle del Olmo no funciona"


def texts() -> list[str]:
    return list(Post.objects.order_by("id").values_list("text", flat=True))


def collect_again(account: Account) -> int:
    Account.objects.filter(pk=account.pk).update(next_collect_at=timezone.now())
    account.refresh_from_db()
    return inbox.collect(account)


def test_collect_stores_a_post_with_its_author_and_thread(sandbox: Sandbox, town_account: Account) -> None:
    said = sandbox.post(STREET, author="lucia_rm", lang="es")

    assert inbox.collect(town_account) == 1

    post = Post.objects.get()
    assert (post.external_id, post.text, post.language) == (said["id"], STREET, "es")
    assert (post.author.handle, post.mentions, post.conversation_id) == ("lucia_rm", ["101"], said["id"])
    assert post.in_reply_to == ""
    assert post.posted_at <= post.received_at
    assert post.triaged_at is None


def test_collect_walks_every_page_oldest_first(sandbox: Sandbox, town_account: Account) -> None:
    orders = [{"author": "lucia_rm", "text": f"@alameda bache número {n}"} for n in range(230)]
    sandbox.control("POST", "posts/bulk", json=orders)

    assert inbox.collect(town_account) == 230

    assert texts() == [order["text"] for order in orders]


def test_collect_goes_by_the_row_as_it_is_now(sandbox: Sandbox, town_account: Account) -> None:
    """It stood on a tick's list behind an account that hangs: meanwhile somebody linked it anew, or paused it."""
    listed = Account.objects.get(pk=town_account.pk)
    listed.credentials = Secrets({"access_token": "of before"})
    sandbox.post(STREET)

    assert inbox.collect(listed) == 1

    Account.objects.filter(pk=town_account.pk).update(is_active=False, next_collect_at=timezone.now())
    sandbox.post(STREET)
    assert inbox.collect(listed) == 0


def test_collect_twice_stores_once(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post(STREET)
    inbox.collect(town_account)

    assert collect_again(town_account) == 0
    assert texts() == [STREET]


def test_collect_catches_a_mention_that_was_indexed_late(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.fail("mentions", "late_index", seconds=0.3, handle="alameda")
    sandbox.post("@alameda el primero, que llega tarde")
    sandbox.post("@alameda el segundo")
    inbox.collect(town_account)
    assert texts() == ["@alameda el segundo"]

    while len(texts()) < 2:
        collect_again(town_account)

    assert texts() == ["@alameda el segundo", "@alameda el primero, que llega tarde"]


def test_collect_keeps_the_cursor_when_a_page_fails(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post(STREET)
    sandbox.fail("mentions", "malformed")

    assert inbox.collect(town_account) == 0

    town_account.refresh_from_db()
    assert (town_account.cursor, town_account.collected_at) == ("", None)
    assert town_account.collect_error != ""
    assert collect_again(town_account) == 1
    town_account.refresh_from_db()
    assert town_account.collect_error == ""


def test_collect_waits_as_long_as_the_network_asks(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.fail("mentions", "rate_limited", seconds=300)

    assert inbox.collect(town_account) == 0

    town_account.refresh_from_db()
    wait = town_account.next_collect_at - timezone.now()
    assert timedelta(seconds=290) < wait < timedelta(seconds=310)


def test_collect_of_an_account_that_is_not_due_reads_nothing(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post(STREET)
    Account.objects.filter(pk=town_account.pk).update(next_collect_at=timezone.now() + timedelta(minutes=1))

    assert inbox.collect(town_account) == 0
    assert texts() == []


def test_the_towns_own_post_is_recognised(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post("@alameda @barrendera_alameda ¿puedes pasar por la plaza?", author="alcaldesa_alameda")

    inbox.collect(town_account)

    post = Post.objects.get()
    assert post.written_by.handle == "alcaldesa_alameda"
    assert list(Post.objects.due_for_triage()) == [post]


def test_retweets_are_ignored(sandbox: Sandbox, town_account: Account) -> None:
    said = sandbox.post(STREET)
    sandbox.post(f"RT @lucia_rm: {STREET}", author="vecino_2", retweet_of=said["id"])

    inbox.collect(town_account)

    assert texts() == [STREET]


def test_a_post_that_names_two_accounts_is_stored_once(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post("@alameda @policia_alameda un coche en la acera")
    police = Account.objects.get(handle="policia_alameda")

    assert [inbox.collect(town_account), inbox.collect(police)] == [1, 0]

    assert Post.objects.get().mentions == ["101", "104"]


def test_a_photo_waits_for_its_download(sandbox: Sandbox, town_account: Account, jpeg: bytes) -> None:
    sandbox.control("POST", "posts", data={"author": "lucia_rm", "text": STREET}, files={"photo": ("a.jpg", jpeg)})

    inbox.collect(town_account)

    photo = Photo.objects.get()
    assert (photo.post.text.startswith(STREET), bool(photo.image), photo.source_url != "") == (True, False, True)
    assert list(Photo.objects.due_for_download(timezone.now())) == [photo]


def test_a_name_changed_on_the_network_is_changed_here(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post(STREET)
    inbox.collect(town_account)
    Author.objects.update(handle="old", display_name="Old")
    sandbox.post(STREET + " todavía")
    collect_again(town_account)
    # X bills each name: what it said this month is believed.
    assert [author.handle for author in Author.objects.all()] == ["old"]

    Author.objects.update(named_at=timezone.now() - timedelta(days=31))
    sandbox.post(STREET + " aún")
    collect_again(town_account)

    assert [author.handle for author in Author.objects.all()] == ["lucia_rm"]


def test_without_its_authors_name_a_post_is_stored_and_the_name_asked_for_again(
    sandbox: Sandbox, town_account: Account
) -> None:
    sandbox.post(STREET)
    sandbox.fail("users", "server_error")
    assert inbox.collect(town_account) == 1
    assert [author.handle for author in Author.objects.all()] == [""]

    assert collect_again(town_account) == 0

    assert [author.handle for author in Author.objects.all()] == ["lucia_rm"]


def test_quoting_the_town_names_the_account_that_is_quoted(sandbox: Sandbox, town_account: Account) -> None:
    answer = sandbox.post("Ya está arreglada", author="barrendera_alameda")
    request = ServiceRequestFactory(opening_post__account=town_account)
    sweeper = Account.objects.get(network="x", handle="barrendera_alameda")
    published(request, account=sweeper, external_id=answer["id"])
    sandbox.post("@alameda mirad esto", quote_of=answer["id"])

    inbox.collect(town_account)

    assert Post.objects.latest("id").mentions == ["101", sweeper.external_id]


def test_the_day_is_read_again_once_near_its_end_for_what_came_late(
    sandbox: Sandbox, town_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SWEEP_AFTER", NOT_TODAY)
    sandbox.post(STREET)
    inbox.collect(town_account)
    late = sandbox.post("@alameda el que llegó muy tarde")
    # As if X had shown it only after its walk had passed by.
    collect_again(town_account)
    Post.objects.filter(external_id=late["id"]).delete()
    Account.objects.update(cursor=str(x.snowflake(timezone.now() + timedelta(days=1))))
    monkeypatch.setattr(x, "OVERLAP", timedelta(days=-1))
    assert collect_again(town_account) == 0

    monkeypatch.setattr(collecting, "SWEEP_AFTER", timedelta())
    assert [collect_again(town_account), collect_again(town_account)] == [1, 0]

    town_account.refresh_from_db()
    assert timezone.now() - town_account.swept_at < timedelta(minutes=1)


def test_when_and_from_where_a_day_is_swept(town_account: Account, settings: Settings) -> None:
    evening, midnight = datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    cases = {
        (evening - timedelta(minutes=1), None): None,
        (evening, None): midnight,
        (evening, evening - timedelta(days=1)): evening - timedelta(days=1),
        (evening, evening - timedelta(days=30)): evening - timedelta(days=7),
        (evening + timedelta(minutes=5), evening): None,
    }
    town_account.cursor = "1"
    for (now, swept_at), expected in cases.items():
        town_account.swept_at = swept_at
        assert (now, swept_at, collecting.sweep_from(town_account, now=now)) == (now, swept_at, expected)

    town_account.swept_at, settings.X_SOFT_CAP = None, Decimal(0)
    assert collecting.sweep_from(town_account, now=evening) is None


def test_what_the_account_says_with_the_networks_own_app_is_read_once_it_is_asked_for(
    sandbox: Sandbox, town_account: Account
) -> None:
    sandbox.post("Mañana no hay agua en la calle del Olmo", author="alameda")
    Account.objects.update(reads_own=False)
    assert list(Account.objects.due_for_own(timezone.now())) == []
    Account.objects.filter(pk=town_account.pk).update(reads_own=True)

    assert [inbox.collect_own(account) for account in Account.objects.due_for_own(timezone.now())] == [1]

    post, account = Post.objects.get(), Account.objects.get(pk=town_account.pk)
    assert (post.written_by, account.own_cursor, account.cursor) == (town_account, post.external_id, "")


def test_an_answer_of_ours_that_is_read_back_is_no_news(sandbox: Sandbox, town_account: Account) -> None:
    said = sandbox.post("@lucia_rm vamos", author="alameda")
    reply = published(
        ServiceRequestFactory(opening_post__account=town_account), account=town_account, external_id=said["id"]
    )
    Account.objects.filter(pk=town_account.pk).update(reads_own=True)

    assert inbox.collect_own(town_account) == 0

    reply.refresh_from_db()
    assert reply.seen_at is not None


def test_the_same_gap_is_told_once(town_account: Account) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    hours = [noon + timedelta(hours=n) for n in range(7)]
    for begins_at, ends_at in ((1, 2), (3, 4), (1, 2), (0, 6), (0, 6)):
        missed = Missed(hours[begins_at], hours[ends_at])
        collecting.keep_gap(town_account, missed)

    told = [(hours.index(gap.begins_at), hours.index(gap.ends_at)) for gap in Gap.objects.order_by("begins_at")]
    assert told == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 6)]


def test_reading_slows_down_once_the_months_hard_cap_is_reached(
    sandbox: Sandbox, town_account: Account, settings: Settings
) -> None:
    settings.X_HARD_CAP = Decimal(0)

    inbox.collect(town_account)

    wait = Account.objects.get(pk=town_account.pk).next_collect_at - timezone.now()
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)


def test_an_inbox_waits_while_its_limit_is_nearly_used_up(sandbox: Sandbox, town_account: Account) -> None:
    sandbox.post(STREET)
    resets_at = timezone.now() + timedelta(minutes=9)
    RateLimit.objects.create(account=town_account, verb="fetch", limit=300, remaining=90, resets_at=resets_at)

    assert inbox.collect(town_account) == 0

    town_account.refresh_from_db()
    assert (town_account.next_collect_at, town_account.collect_error) == (resets_at, "")


def test_what_no_column_can_hold_stops_no_walk(town_account: Account) -> None:
    author = IncomingAuthor("900", "l" * 300, "Lucía\0")
    shown = (IncomingPhoto("https://x.example/a.jpg", "á" * 2000), IncomingPhoto("https://x.example/" + "a" * 1000, ""))
    post = IncomingPost(
        "1",
        author,
        "farola\0 rota",
        timezone.now(),
        language="x-verylonglanguage",
        photos=shown,
        url="https://" + "u" * 1000,
    )

    assert store(town_account, [post], then=lambda: None) == 1

    stored = Post.objects.get()
    assert (stored.text, stored.language, stored.url, stored.author.display_name) == ("farola rota", "", "", "Lucía")
    assert [len(photo.alt) for photo in stored.photos.all()] == [1000]


def test_posts_beyond_reach_leave_a_visible_gap(
    sandbox: Sandbox, town_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x, "REACHABLE", 3)
    hour_ago = timezone.now() - timedelta(hours=1)
    Account.objects.filter(pk=town_account.pk).update(cursor=str(x.snowflake(hour_ago)))
    town_account.refresh_from_db()
    for n in range(3):
        sandbox.post(f"@alameda aviso {n}")

    inbox.collect(town_account)

    gap = Gap.objects.get()
    assert abs(gap.begins_at - hour_ago) < timedelta(seconds=1)
    assert gap.ends_at == Post.objects.order_by("id")[0].posted_at
    assert list(Gap.objects.unseen()) == [gap]


def test_collect_costs_the_same_queries_for_1_and_300_posts(
    sandbox: Sandbox,
    town_account: Account,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "SWEEP_AFTER", NOT_TODAY)
    for count in (1, 300):
        orders = [{"author": f"vecino_{n}", "text": f"@alameda {count} {n}"} for n in range(count)]
        sandbox.control("POST", "posts/bulk", json=orders)
        Account.objects.filter(pk=town_account.pk).update(next_collect_at=timezone.now())
        town_account.refresh_from_db()
        with django_assert_num_queries(20):
            assert inbox.collect(town_account) == count


def test_an_author_who_was_erased_meanwhile_is_made_anew(town_account: Account) -> None:
    tries: list[int] = []

    def then() -> None:
        tries.append(len(tries))
        if tries == [0]:
            raise IntegrityError("the author's row is gone")

    post = IncomingPost("1", IncomingAuthor("900", "lucia_rm"), STREET, timezone.now())

    assert (store(town_account, [post], then=then), texts(), tries) == (1, [STREET], [0, 1])


def test_an_account_that_breaks_is_told_of_and_stops_nobody(db: None) -> None:
    """Nothing is known of its server: no connector can be made of that."""
    broken = AccountFactory(network="mastodon", external_id="1", server={}, credentials={})

    assert inbox.collect(broken) == 0

    broken.refresh_from_db()
    assert (broken.collect_error, broken.collect_cause) == ("KeyError", "unreachable")
    assert broken.next_collect_at < timezone.now() + timedelta(minutes=1)
