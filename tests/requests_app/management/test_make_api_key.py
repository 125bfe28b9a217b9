"""A key is made once, and its secret is shown once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from requests_app.models import ApiKey

pytestmark = pytest.mark.django_db


def test_secret_is_shown_and_works() -> None:
    out = StringIO()
    call_command("make_api_key", "Neighbours' app", stdout=out)
    title, secret = out.getvalue().splitlines()
    assert title == "The key of Neighbours' app, shown only now:"
    assert ApiKey.objects.matching(secret).get().name == "Neighbours' app"
    assert secret not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize("name", [" ", "x" * 201])
def test_name_is_needed(name: str) -> None:
    with pytest.raises(CommandError, match="^Give the key a name of 1 to 200 characters.$"):
        call_command("make_api_key", name)


def test_name_is_taken() -> None:
    ApiKey.make(name="app")
    with pytest.raises(CommandError, match="has a key already"):
        call_command("make_api_key", "app")
    ApiKey.objects.update(is_active=False)
    call_command("make_api_key", "app", stdout=StringIO())
    assert ApiKey.objects.count() == 2
