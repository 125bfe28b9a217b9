"""Lines: tokens are renewed before they expire, once, and the new pair is kept before it is used."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from requests_app import inbox, lines, linking, recheck, workflow
from requests_app.lines import mark_expired, open_line
from requests_app.models import Account, Reply
from requests_app.networks.contract import NetworkUnavailable, Unauthorized
from tests.factories import ServiceRequestFactory
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db


def test_a_fresh_token_is_left_alone(sandbox: Sandbox, town_account: Account) -> None:
    with open_line(town_account):
        pass

    town_account.refresh_from_db()
    assert town_account.credentials["access_token"] == "sandbox-alameda"


def test_a_stale_token_is_renewed_and_kept(sandbox: Sandbox, town_account: Account) -> None:
    mark_expired(town_account)

    with open_line(town_account) as line:
        assert line.fetch("", now=timezone.now()).posts == []

    kept = Account.objects.get(pk=town_account.pk).credentials
    assert kept == town_account.credentials
    assert kept["access_token"] != "sandbox-alameda"


def test_a_refused_renewal_changes_nothing(sandbox: Sandbox, town_account: Account) -> None:
    mark_expired(town_account)
    sandbox.fail("token", "server_error")

    with pytest.raises(NetworkUnavailable), open_line(town_account):
        pass

    assert Account.objects.get(pk=town_account.pk).credentials["refresh_token"] == "sandbox-refresh-alameda"


def test_a_refused_token_without_another_is_for_a_person_to_mend(sandbox: Sandbox, town_account: Account) -> None:
    """Linked with an access token alone, as made in X's own console."""
    Account.objects.filter(pk=town_account.pk).update(credentials={"access_token": "sandbox-alameda"})
    town_account.refresh_from_db()
    mark_expired(town_account)

    with pytest.raises(Unauthorized), open_line(town_account):
        pass


def test_keys_renewed_meanwhile_are_not_written_over(sandbox: Sandbox, town_account: Account) -> None:
    """A slow worker hears "no" for keys that another one has replaced."""
    slow = Account.objects.get(pk=town_account.pk)
    mark_expired(town_account)
    with open_line(town_account):
        pass

    mark_expired(slow)

    assert Account.objects.get(pk=town_account.pk).credentials == town_account.credentials == slow.credentials


@pytest.mark.django_db(transaction=True)
def test_two_workers_renew_once(sandbox: Sandbox, town_account: Account) -> None:
    """A refresh token used twice would kill its family, and the account with it."""
    mark_expired(town_account)
    together, read = threading.Barrier(2), []

    def work() -> None:
        account = Account.objects.get(pk=town_account.pk)
        together.wait()
        with open_line(account) as line:
            read.append(list(line.fetch("", now=timezone.now()).posts))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert read == [[], []]


def test_an_account_unlinked_meanwhile_gets_no_keys(sandbox: Sandbox, town_account: Account) -> None:
    """A look for a doubtful message hears "no" for keys that are not there any more."""
    linking.unlink(town_account)
    looking = Account.objects.get(pk=town_account.pk)

    mark_expired(looking)

    assert Account.objects.get(pk=town_account.pk).credentials == {}
    assert not Account.objects.exclude(credentials="").filter(pk=town_account.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_an_account_whose_keys_are_being_renewed(
    sandbox: Sandbox, town_account: Account, carmen: User
) -> None:
    """Neither the ticks, which have other accounts to read, nor a person who answers through it."""
    asked = ServiceRequestFactory(opening_post__account=town_account, opening_post__mentions=["101"])
    renewing, done = threading.Event(), threading.Event()

    def renew() -> None:
        with transaction.atomic():
            lines._locked(town_account)
            renewing.set()
            done.wait(10)
        connection.close()

    worker = threading.Thread(target=renew)
    worker.start()
    renewing.wait(10)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            assert (inbox.collect(town_account), recheck.recheck(timezone.now())) == (0, 0)
            workflow.answer(asked, by=carmen, message=workflow.Message("Voy."))
    finally:
        done.set()
        worker.join()

    assert Reply.objects.get().account == town_account
