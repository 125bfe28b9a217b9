"""Keys at rest and in passing: nobody reads them in the table, in a log, on an error page or in an export."""

import json
import logging
import sys
from io import StringIO

import pytest
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from requests_app.models import Account
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db

SECRET = "very-secret-token"


@pytest.fixture
def account() -> Account:
    return Account.objects.get(pk=AccountFactory(credentials={"access_token": SECRET, "expires_at": 1.5}).pk)


def at_rest(account: Account) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM requests_app_account WHERE id = %s", [account.pk])
        return str(cursor.fetchone()[0])


def test_table_holds_no_plain_secret(account: Account) -> None:
    assert account.credentials == {"access_token": SECRET, "expires_at": 1.5}
    assert (at_rest(account)[:6], SECRET in at_rest(account), "access_token" in at_rest(account)) == (
        "gAAAAA",
        False,
        False,
    )


def test_nothing_is_sealed_where_there_is_nothing(account: Account) -> None:
    account.credentials = {}
    account.save()
    account.refresh_from_db()
    assert (at_rest(account), account.credentials) == ("", {})


def test_secrets_do_not_show_themselves(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("anybody").info("%s %r", account.credentials, account.credentials)
    shown = f"{account.credentials} {account.credentials!r} {account!r} {vars(account)} {caplog.text}"
    assert (SECRET in shown, shown.count("<2 secrets>")) == (False, 5)


def test_an_export_holds_them_sealed(account: Account) -> None:
    exported = serializers.serialize("json", [account])
    (row,) = json.loads(exported)
    (back,) = serializers.deserialize("json", exported)
    assert (SECRET in exported, row["fields"]["credentials"][:6]) == (False, "gAAAAA")
    assert back.object.credentials == account.credentials


def test_an_error_page_hides_them(account: Account) -> None:
    """Django's own, with every local variable; it shows in development only."""
    try:
        credentials = account.credentials
        raise RuntimeError(len(credentials))
    except RuntimeError:
        page = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info()).get_traceback_html()
    assert ("&lt;2 secrets&gt;" in page, f'"access_token": {SECRET}' in page) == (True, False)


class TestAnotherKey:
    def change_key(self, settings: Settings, *, forget: bool = False) -> None:
        settings.CREDENTIALS_OLD_KEYS = [] if forget else [settings.CREDENTIALS_KEY]
        settings.CREDENTIALS_KEY = "the key of today"

    def reseal(self, *arguments: str) -> str:
        out = StringIO()
        call_command("reseal_credentials", *arguments, stdout=out)
        return out.getvalue().strip()

    def test_what_the_old_one_sealed_can_be_read(self, account: Account, settings: Settings) -> None:
        self.change_key(settings)
        account.refresh_from_db()
        assert account.credentials["access_token"] == SECRET

    def test_after_resealing_the_old_one_may_be_forgotten(self, account: Account, settings: Settings) -> None:
        AccountFactory(network="plaza", external_id="plaza", credentials={})
        self.change_key(settings)
        assert self.reseal() == "Keys of 1 accounts are sealed anew."
        settings.CREDENTIALS_OLD_KEYS = []
        account.refresh_from_db()
        assert account.credentials["access_token"] == SECRET

    def test_without_the_old_one_a_sentence_says_what_is_missing(self, account: Account, settings: Settings) -> None:
        before = at_rest(account)
        self.change_key(settings, forget=True)
        with pytest.raises(CommandError, match="Put it into CREDENTIALS_OLD_KEYS, or give --forget"):
            self.reseal()
        with pytest.raises(ImproperlyConfigured, match="sealed with another CREDENTIALS_KEY"):
            account.refresh_from_db()
        assert at_rest(account) == before

    def test_what_nobody_can_read_any_more_is_erased_on_request(self, account: Account, settings: Settings) -> None:
        self.change_key(settings, forget=True)
        AccountFactory(external_id="102", credentials={"access_token": "of today"})
        said = self.reseal("--forget")
        assert said == "Keys of 1 accounts are sealed anew. Those of 1 are erased: link them anew."
        account.refresh_from_db()
        assert (account.credentials, account.is_active) == ({}, False)
        assert Account.objects.get(external_id="102").credentials == {"access_token": "of today"}


def test_open_credentials_of_before_were_sealed(account: Account) -> None:
    """Whatever the migration is called after the next squash."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE requests_app_account SET credentials = %s WHERE id = %s",
            [json.dumps({"access_token": SECRET}), account.pk],
        )
    (seal,) = [
        operation.code
        for migration in MigrationLoader(connection).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, RunPython) and operation.code.__name__ == "seal"
    ]
    seal(None, connection.schema_editor(collect_sql=True))
    account.refresh_from_db()
    assert (SECRET in at_rest(account), account.credentials) == (False, {"access_token": SECRET})
