"""Collect: complete walks, nothing lost, nothing doubled, nothing of the town's own taken for a request."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import inbox
from requests_app.models import Account, Author, Gap, Photo, Post
from requests_app.networks import x
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

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

    assert [author.handle for author in Author.objects.all()] == ["lucia_rm"]


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
    sandbox: Sandbox, town_account: Account, django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    for count in (1, 300):
        orders = [{"author": f"vecino_{n}", "text": f"@alameda {count} {n}"} for n in range(count)]
        sandbox.control("POST", "posts/bulk", json=orders)
        Account.objects.filter(pk=town_account.pk).update(next_collect_at=timezone.now())
        town_account.refresh_from_db()
        with django_assert_num_queries(9):
            assert inbox.collect(town_account) == count
