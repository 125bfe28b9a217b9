"""What the X connector's calls cost and are allowed: as X's own bill and headers have it."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from requests_app.networks import connect
from requests_app.networks.contract import (
    Deferred,
    Draft,
    NetworkUnavailable,
    OutgoingPhoto,
    Parent,
    Published,
    Rejected,
    Unknown,
    Usage,
)
from requests_app.networks.x import XConnector
from requests_app.networks.x_http import quiet_until
from tests.requests_app.sandbox.driver import Sandbox

# Our names of what X bills, and the pretend X's.
NAMES = {
    "post_read": "post_read",
    "user_read": "user_read",
    "answer": "summoned_reply",
    "post": "post_create",
    "link": "post_create_with_url",
    "media": "media_metadata",
    "delete": "post_delete",
}


@pytest.fixture
def usage() -> Usage:
    return Usage()


@pytest.fixture
def line(sandbox: Sandbox, usage: Usage) -> XConnector:
    return connect("x", external_id="105", credentials={"access_token": "sandbox-manto_alameda"}, usage=usage)


def bill_of(usage: Usage) -> dict[str, Any]:
    """As the ledger keeps it: the same thing once."""
    counts = Counter(NAMES[charge.resource] for charge in set(usage.charges))
    usd = sum((Decimal(settings.X_PRICES[charge.resource]) for charge in set(usage.charges)), Decimal(0))
    return {"resources": dict(counts), "usd": usd}


def bill_of_x(sandbox: Sandbox) -> dict[str, Any]:
    bill = sandbox.control("GET", "bill")
    return {"resources": bill["resources"], "usd": Decimal(bill["usd"])}


def draft(
    sandbox: Sandbox, text: str, *, answering: str, mentions: tuple[str, ...] = ("105",), **more: object
) -> Draft:
    author = {"author": "manto_alameda"} if not mentions else {}
    parent = Parent(sandbox.post(answering, **author)["id"], author_id="", handle="lucia_rm", mentions=mentions)
    return Draft(text=text, parent=parent, frozen={}, first_claimed_at=timezone.now(), **more)


def test_a_day_of_calls_costs_what_x_bills(sandbox: Sandbox, line: XConnector, usage: Usage, jpeg: bytes) -> None:
    asked = sandbox.post("@manto_alameda uno", author="vecino_1")["id"]
    sandbox.post("RT: uno", author="vecino_2", retweet_of=asked)
    for _ in range(2):
        authors = [post.author.external_id for post in line.fetch("", now=timezone.now()).posts]
    line.name(authors)
    line.owner()
    answered = line.publish(
        draft(sandbox, "Voy", answering="@manto_alameda dos", photos=(OutgoingPhoto(jpeg, "Olmo"),))
    )
    line.publish(draft(sandbox, "Ya está", answering="Cortamos el agua", mentions=()))
    line.publish(draft(sandbox, "Míralo en https://example.org", answering="@manto_alameda tres"))
    line.fetch_own("", now=timezone.now())
    line.check({asked: asked, answered.external_id: ""})
    line.delete(answered.external_id)

    assert bill_of(usage) == bill_of_x(sandbox)
    assert set(bill_of(usage)["resources"]) == set(NAMES.values())


@pytest.mark.parametrize("fault", ["dropped", "malformed"])
def test_an_answer_whose_receipt_was_lost_is_billed_when_it_is_found(
    sandbox: Sandbox, line: XConnector, usage: Usage, fault: str
) -> None:
    one = draft(sandbox, "Voy", answering="@manto_alameda sin luz")
    sandbox.fail("create_tweet", fault)
    assert (type(line.publish(one)), usage.charges) == (Unknown, [])

    assert type(line.find(one)) is Published
    assert bill_of(usage) == bill_of_x(sandbox)


def test_what_fails_or_is_empty_costs_nothing(sandbox: Sandbox, line: XConnector, usage: Usage) -> None:
    line.fetch("", now=timezone.now())
    line.name(["999999"])
    line.check({"999999": ""})
    for endpoint in ("mentions", "users", "tweets"):
        sandbox.fail(endpoint, "server_error")
    for call in (
        lambda: line.fetch("", now=timezone.now()),
        lambda: line.name(["1001"]),
        lambda: line.check({"1": ""}),
    ):
        with pytest.raises(NetworkUnavailable):
            call()
    line.publish(draft(sandbox, "Voy", answering="sin nombrar a nadie"))
    line.delete("999999")

    assert (usage.charges, bill_of_x(sandbox)) == ([], {"resources": {}, "usd": Decimal(0)})


def test_what_the_town_only_passes_on_is_not_paid_for(sandbox: Sandbox, line: XConnector, usage: Usage) -> None:
    said = sandbox.post("Mañana hay feria")
    sandbox.post("RT: Mañana hay feria", author="manto_alameda", retweet_of=said["id"])

    assert (line.fetch_own("", now=timezone.now()).posts, usage.charges) == ([], [])


def test_every_verb_notes_what_it_may_still_be_called(
    sandbox: Sandbox, line: XConnector, usage: Usage, jpeg: bytes
) -> None:
    one = draft(sandbox, "Voy", answering="@manto_alameda sin luz", photos=(OutgoingPhoto(jpeg, "Olmo"),))
    line.fetch("", now=timezone.now())
    line.fetch_own("", now=timezone.now())
    line.name(["1001"])
    published = line.publish(one)
    line.find(one)
    line.check({one.parent.external_id: ""})
    line.delete(published.external_id)
    line.owner()

    assert {name: (one.verb, one.limit, one.remaining) for name, one in usage.allowances.items()} == {
        "fetch": ("fetch", 300, 299),
        "fetch_own": ("fetch_own", 900, 899),
        "find": ("find", 900, 898),
        "name": ("name", 900, 899),
        "upload": ("upload", 500, 499),
        "publish": ("publish", 100, 99),
        "check": ("check", 5000, 4999),
        "delete": ("delete", 50, 49),
        "owner": ("owner", 75, 74),
    }
    waits = [one.resets_at - timezone.now() for one in usage.allowances.values()]
    assert all(timedelta(minutes=14) < wait < timedelta(minutes=16) for wait in waits)


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(hours=1), timedelta(hours=-1)])
def test_the_network_s_clock_need_not_be_ours(behind: timedelta) -> None:
    theirs = timezone.now() - behind
    headers = {"x-rate-limit-reset": str(int(theirs.timestamp()) + 900), "Date": format_datetime(theirs, usegmt=True)}

    assert abs(quiet_until(headers) - timezone.now() - timedelta(seconds=901)) < timedelta(seconds=2)


def test_the_limit_of_the_day_outlasts_that_of_the_quarter() -> None:
    now = timezone.now()
    in_an_hour = str(int(now.timestamp()) + 3600)
    headers = {
        "Date": format_datetime(now, usegmt=True),
        "x-rate-limit-remaining": "99",
        "x-rate-limit-reset": str(int(now.timestamp()) + 900),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": in_an_hour,
    }

    assert quiet_until(headers) - now > timedelta(minutes=59)


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "out_of_credit"},
        # Whatever it says beside.
        {"fault": "server_error", "status": 402},
        {"fault": "usage_capped"},
        {"fault": "forbidden", "detail": "Your project has reached its spending limit."},
    ],
)
def test_without_money_the_account_is_quiet_for_an_hour(
    sandbox: Sandbox, line: XConnector, fault: dict[str, object]
) -> None:
    one = draft(sandbox, "Voy", answering="@manto_alameda sin luz")
    for endpoint in ("create_tweet", "mentions"):
        sandbox.control("POST", "faults", json={"endpoint": endpoint, **fault})

    outcome = line.publish(one)
    with pytest.raises(NetworkUnavailable) as failure:
        line.fetch("", now=timezone.now())

    assert (type(outcome), outcome.cause, failure.value.cause) == (Deferred, "money", "money")
    for moment in (outcome.until, failure.value.retry_at):
        assert timedelta(minutes=59) < moment - timezone.now() <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("detail", "rule"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", "duplicate"),
        ("You can only reply to a post whose author has mentioned or quoted your account.", "not_summoned"),
        ("You attempted to reply to a Tweet that is deleted or not visible to you.", "gone"),
        ("Your Tweet text is too long.", "too_long"),
        ("Your account is temporarily locked.", "forbidden"),
    ],
)
def test_a_refusal_is_known_by_its_wording(sandbox: Sandbox, line: XConnector, detail: str, rule: str) -> None:
    one = draft(sandbox, "Voy", answering="@manto_alameda sin luz")
    sandbox.fail("create_tweet", "forbidden", detail=detail)

    assert line.publish(one) == Rejected(rule, detail)
