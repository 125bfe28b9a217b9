"""Alameda's past: lived in, as the verbs would have written it, and asking nothing of anybody."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox, ledger, outbox, photos, recheck, triage
from requests_app.channels import all_states
from requests_app.models import Account, Event, Photo, Post, Reply, ServiceRequest
from tests.conftest import Sandbox


@pytest.fixture
def past(sandbox: Sandbox, db: None, settings: Settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path
    call_command("prepare_alameda", "--with-past", stdout=StringIO())


def test_a_lived_in_town(past: None) -> None:
    now = timezone.now()
    requests = ServiceRequest.objects.all()
    print(requests.count(), dict(requests.values_list("status").annotate(Count("id"))))
    assert 200 <= requests.count() <= 330
    standing = requests.standing()
    assert standing.overdue(now).count() == 3
    assert standing.filter(promised_for__gt=now, promised_for__lt=now + timedelta(days=2)).count() >= 2
    assert standing.waiting().count() == 1
    assert requests.exclude(merged_into=None).exists()
    assert set(requests.values_list("opening_post__network", flat=True)) == {"x", "plaza"}
    assert set(requests.values_list("language", flat=True)) == {"es", "en", "fr"}
    assert requests.resolved().filter(promised_for__lt=F("resolved_at")).count() == 2
    assert Photo.objects.held().count() >= 24
    assert Post.objects.filter(kind="thanks").count() >= 15
    assert Event.objects.filter(verb="reopened").count() == 2
