"""People at the desk, already signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from requests_app.models import Account, Queue, ServiceRequest
from tests.factories import PostFactory, ServiceRequestFactory

SignIn = Callable[[User], Client]
Ask = Callable[..., ServiceRequest]


@pytest.fixture(autouse=True)
def fresh_readings(request: pytest.FixtureRequest) -> None:
    """Nobody collects in a test: without this every page would say that X has gone silent."""
    if "alameda" in request.fixturenames:
        Account.objects.update(collected_at=timezone.now())


@pytest.fixture
def sign_in(db: None) -> SignIn:
    def at_the_door(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return at_the_door


@pytest.fixture
def desk(carmen: User, sign_in: SignIn) -> Client:
    """Carmen's desk."""
    return sign_in(carmen)


@pytest.fixture
def ask(cleaning: Queue, town_account: Account) -> Ask:
    """A resident's request to @alameda, for street cleaning unless it says otherwise; `minutes` ago."""

    def asked(text: str = "@alameda la papelera está rota", *, minutes: int = 10, **values: Any) -> ServiceRequest:
        post = PostFactory(account=town_account, text=text, posted_at=timezone.now() - timedelta(minutes=minutes))
        return ServiceRequestFactory(opening_post=post, **{"queue": cleaning, **values})

    return asked
