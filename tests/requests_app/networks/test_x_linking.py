"""Linking an account on X: the administrator allows it on the network's own page, and comes back with a code."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.utils import timezone
from pytest_django import Settings

from requests_app.networks import connect
from requests_app.networks.contract import IncomingAuthor, Linked, NetworkUnavailable, Unauthorized
from requests_app.networks.x_linking import begin, complete, link_tokens, refresh_tokens
from tests.requests_app.sandbox.driver import Sandbox

CALLBACK = "https://plaza.example/staff/accounts/back?network=x"
Allow = Callable[..., dict[str, str]]


@pytest.fixture
def allow(sandbox: Sandbox, settings: Settings) -> Allow:
    """What an administrator does on X's page, and what X sends back with them."""
    settings.X_SITE_URL = sandbox.base

    def decide(url: str, *, account: str = "manto_alameda", answer: str = "allow") -> dict[str, str]:
        page = requests.get(url, timeout=5)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        hidden["redirect_uri"] = hidden["redirect_uri"].replace("&amp;", "&")
        form = {**hidden, "account": account, "answer": answer}
        back = requests.post(page.url.split("?")[0], data=form, allow_redirects=False, timeout=5)
        assert back.headers["Location"].startswith(CALLBACK)
        query = parse_qs(urlsplit(back.headers["Location"]).query)
        return {name: values[0] for name, values in query.items() if name != "network"}

    return decide


def test_an_account_is_linked_by_whoever_signs_in_there(sandbox: Sandbox, allow: Allow) -> None:
    begun = begin(callback=CALLBACK)
    linked = complete(begun.keep, callback=CALLBACK, **allow(begun.url))

    assert linked.owner == IncomingAuthor("105", "manto_alameda", "Antonio, mantenimiento")
    assert linked.credentials.keys() == {"access_token", "refresh_token", "expires_at"}
    assert 7000 < linked.credentials["expires_at"] - timezone.now().timestamp() <= 7200
    line = connect("x", external_id="105", credentials=linked.credentials)
    assert line.fetch("", now=timezone.now()).posts == []
    assert refresh_tokens(linked.credentials["refresh_token"])["access_token"] != linked.credentials["access_token"]


def test_without_an_application_of_the_town_s_there_is_nowhere_to_go(settings: Settings) -> None:
    settings.X_CLIENT_ID = ""

    with pytest.raises(NetworkUnavailable, match="X_CLIENT_ID is not set"):
        begin(callback=CALLBACK)


def test_whoever_does_not_allow_it_comes_back_with_an_error(allow: Allow) -> None:
    begun = begin(callback=CALLBACK)

    assert allow(begun.url, answer="deny") == {"state": begun.keep["state"], "error": "access_denied"}


def test_a_stranger_s_answer_is_refused_unasked(allow: Allow) -> None:
    """Somebody else's code, pushed onto a signed-in administrator, would link the wrong account."""
    begun, other = begin(callback=CALLBACK), begin(callback=CALLBACK)
    answer = allow(begun.url)

    for keep in (other.keep, {}):
        with pytest.raises(Unauthorized, match="belongs to another linking"):
            complete(keep, callback=CALLBACK, **answer)
    assert complete(begun.keep, callback=CALLBACK, **answer).owner.handle == "manto_alameda"


@pytest.mark.parametrize("wrong", [{"verifier": "x" * 43}, {"callback": "https://plaza.example/elsewhere"}])
def test_a_code_is_worth_nothing_to_others(allow: Allow, wrong: dict[str, str]) -> None:
    begun = begin(callback=CALLBACK)
    keep = {**begun.keep, **{name: value for name, value in wrong.items() if name == "verifier"}}

    with pytest.raises(Unauthorized, match="no longer knows this code"):
        complete(keep, callback=wrong.get("callback", CALLBACK), **allow(begun.url))


def test_a_code_serves_once_and_lives_half_a_minute(sandbox: Sandbox, allow: Allow) -> None:
    begun = begin(callback=CALLBACK)
    used = allow(begun.url)
    complete(begun.keep, callback=CALLBACK, **used)
    old = allow(begun.url)
    sandbox.control("POST", "codes/age?seconds=31")

    for answer in (used, old):
        with pytest.raises(Unauthorized, match="no longer knows this code"):
            complete(begun.keep, callback=CALLBACK, **answer)


def test_too_little_allowed_is_not_enough(allow: Allow) -> None:
    begun = begin(callback=CALLBACK)
    answer = allow(begun.url.replace("+media.write", ""))

    with pytest.raises(Unauthorized, match="everything that is needed: media.write is missing"):
        complete(begun.keep, callback=CALLBACK, **answer)


@pytest.mark.parametrize("fault", ["server_error", "dropped", "malformed"])
def test_a_network_that_fails_in_the_middle_says_so(sandbox: Sandbox, allow: Allow, fault: str) -> None:
    begun = begin(callback=CALLBACK)
    answer = allow(begun.url)
    sandbox.fail("token", fault)

    with pytest.raises(NetworkUnavailable) as failure:
        complete(begun.keep, callback=CALLBACK, **answer)
    assert type(failure.value) is NetworkUnavailable


def test_tokens_made_elsewhere_are_tried_before_they_are_taken(sandbox: Sandbox) -> None:
    owner = IncomingAuthor("101", "alameda", "Ayuntamiento de Alameda")

    assert link_tokens("sandbox-alameda", "") == Linked(owner=owner, credentials={"access_token": "sandbox-alameda"})
    with_refresh = link_tokens("sandbox-alameda", "sandbox-refresh-alameda")
    assert with_refresh.credentials.keys() == {"access_token", "refresh_token", "expires_at"}
    with pytest.raises(Unauthorized):
        link_tokens("nonsense", "")
