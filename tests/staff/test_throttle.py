"""Guessing passwords at the sign-in: a few tries, then a pause; for the guesser, not for the one who is guessed at."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from requests_app.models import Queue

pytestmark = pytest.mark.django_db

GUESSER, CARMENS_PHONE = "203.0.113.9", "203.0.113.10"


def sign_in(password: str, *, address: str) -> int:
    words = {"username": "sweeper", "password": password}
    return Client(headers={"X-Forwarded-For": f"10.0.0.1, {address}"}).post("/sign-in/", words).status_code


def test_five_guesses_close_the_door_to_the_guesser_only(cleaning: Queue, carmen: User, settings: Settings) -> None:
    settings.TRUST_PROXY = True

    guesses = [sign_in(f"guess {number}", address=GUESSER) for number in range(6)]

    assert guesses == [200, 200, 200, 200, 429, 429]
    assert sign_in("alameda", address=GUESSER) == 429
    assert sign_in("alameda", address=CARMENS_PHONE) == 302


def test_what_a_stranger_claims_to_be_changes_nothing(carmen: User) -> None:
    guesses = [sign_in("guess", address=f"203.0.113.{number}") for number in range(6)]

    assert guesses[-1] == 429
