"""The page on which an account is lent to an application: what it asks, and what it refuses to ask."""

from __future__ import annotations

import base64
import hashlib

import pytest
import requests

from .driver import Sandbox

ASKED = {
    "response_type": "code",
    "client_id": "plaza",
    "redirect_uri": "https://plaza.example/back",
    "scope": "tweet.read users.read",
    "state": "s",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}


def test_the_page_asks_who_and_names_what_is_allowed(sandbox: Sandbox) -> None:
    page = requests.get(
        f"{sandbox.base}/i/oauth2/authorize", params=ASKED, headers={"Accept-Language": "es"}, timeout=5
    )

    assert page.text.count('name="account"') == 5
    assert ("leer lo que se dice" in page.text, "subir fotos" in page.text) == (True, False)
    # Browsers follow a form's answer only where the page says it may lead.
    assert "form-action 'self' https://plaza.example;" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"response_type": "token"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"scope": "tweet.read everything"},
        {"scope": ""},
        {"state": ""},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_request_that_makes_no_sense_is_not_asked(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    address = f"{sandbox.base}/i/oauth2/authorize"
    answers = [
        requests.get(address, params=ASKED | wrong, timeout=5),
        requests.post(address, data={**ASKED, **wrong, "account": "alameda", "answer": "allow"}, timeout=5),
    ]

    assert [(answer.status_code, "<form" in answer.text) for answer in answers] == [(400, False)] * 2


def test_an_account_of_nobody_s_cannot_be_lent(sandbox: Sandbox) -> None:
    form = {**ASKED, "account": "lucia_rm", "answer": "allow"}

    assert requests.post(f"{sandbox.base}/i/oauth2/authorize", data=form, timeout=5).status_code == 400


def test_without_offline_access_there_is_nothing_to_refresh(sandbox: Sandbox) -> None:
    address = f"{sandbox.base}/i/oauth2/authorize"
    verifier = "the-farola-of-the-calle-del-olmo-is-dark-again"
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = ASKED | {"code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("=")}
    back = requests.post(
        address, data={**asked, "account": "alameda", "answer": "allow"}, allow_redirects=False, timeout=5
    )
    code = back.headers["Location"].rpartition("code=")[2]
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": ASKED["redirect_uri"],
        "code_verifier": verifier,
    }

    granted = requests.post(f"{sandbox.base}/2/oauth2/token", data=body, auth=("plaza", "plaza-secret"), timeout=5)

    assert granted.json().keys() == {"token_type", "expires_in", "scope", "access_token"}
    assert granted.json()["scope"] == ASKED["scope"]
