"""The administrators' pages: open to nobody else, no keys on them, no history to rewrite, and quick with any number of rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from requests_app.models import (
    Account,
    ApiKey,
    Author,
    Event,
    Gap,
    OpeningHours,
    Photo,
    Post,
    Queue,
    Reply,
    Service,
    ServiceRequest,
)
from tests.factories import AccountFactory, PostFactory, QueueFactory, ReplyFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

NOUNS = [Account, ApiKey, Author, Event, Gap, Photo, Post, Queue, Reply, Service, ServiceRequest]
LOOKED_AT = [Author, Event, Gap, Photo, Post, Reply, ServiceRequest]


@pytest.fixture
def administrator(client: Client) -> User:
    user = UserFactory(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def address(noun: Any, page: str = "changelist", *arguments: Any) -> str:
    return reverse(f"admin:requests_app_{noun._meta.model_name}_{page}", args=arguments)


def fill(number: int) -> None:
    """One more row of every noun, each hanging on others."""
    queue = QueueFactory(code=f"queue-{number}")
    OpeningHours.objects.create(queue=queue, weekday=0, opens="08:00", closes="15:00")
    service = ServiceFactory(code=f"service-{number}", queue=queue)
    account = AccountFactory(external_id=str(number), handle=f"town{number}", person=UserFactory())
    post = PostFactory(account=account)
    reply = ReplyFactory(
        service_request__opening_post=post, service_request__queue=queue, service_request__service=service
    )
    Event.objects.create(
        service_request=reply.service_request, verb="noted", at=timezone.now(), by=reply.by, queue=queue, text="note"
    )
    Photo.objects.create(post=post, source_url="https://example.org/photo.jpg")
    Photo.objects.create(reply=reply, source_url="https://example.org/photo.jpg")
    now = timezone.now()
    Gap.objects.create(account=account, begins_at=now, ends_at=now, acknowledged_at=now, acknowledged_by=reply.by)
    ApiKey.make(name=f"app {number}")


def test_every_noun_has_its_page() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "requests_app"}
    assert ours == set(NOUNS)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ({"is_staff": True, "is_superuser": True}, 200),
        ({"is_staff": True}, 403),
        ({"is_superuser": True}, 403),
        ({}, 403),
    ],
)
def test_only_administrators_enter(client: Client, flags: dict[str, bool], status: int) -> None:
    client.force_login(UserFactory(**flags))
    assert client.get(address(ServiceRequest), follow=True).status_code == status


def test_strangers_sign_in_at_the_towns_own_door(client: Client) -> None:
    response = client.get(address(Queue))
    assert (response.status_code, response["Location"]) == (302, f"{reverse('sign_in')}?next={address(Queue)}")
    response = client.get(f"{reverse('admin:login')}?next={address(Queue)}")
    assert (response.status_code, response["Location"]) == (
        302,
        f"{reverse('sign_in')}?next=/admin/requests_app/queue/",
    )


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_cost_the_same_with_one_row_and_with_three(client: Client, administrator: User, noun: Any) -> None:
    costs = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            fill(number)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address(noun))
        costs.append(len(queries))
        assert response.context["cl"].result_count == noun.objects.count()
    assert costs[0] == costs[1]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_row_opens(client: Client, administrator: User, noun: Any) -> None:
    fill(1)
    response = client.get(address(noun, "change", noun.objects.earliest("pk").pk))
    assert response.status_code == 200


@pytest.mark.parametrize("noun", LOOKED_AT)
def test_history_is_only_looked_at(client: Client, administrator: User, noun: Any) -> None:
    fill(1)
    row = noun.objects.earliest("pk")
    assert client.get(address(noun, "add")).status_code == 403
    assert client.post(address(noun, "change", row.pk), {"text": "rewritten"}).status_code == 403
    assert client.post(address(noun, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.post(
        address(noun), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    ).status_code in (302, 200)
    assert noun.objects.filter(pk=row.pk).exists()


def test_keys_of_accounts_are_nowhere(client: Client, administrator: User) -> None:
    account = AccountFactory(credentials={"access_token": "very-secret"})
    pages = [client.get(address(Account)), client.get(address(Account, "change", account.pk))]
    assert [page.status_code for page in pages] == [200, 200]
    assert [b"very-secret" in page.content or b"access_token" in page.content for page in pages] == [False, False]


def test_accounts_lead_to_their_settings(client: Client, administrator: User) -> None:
    account = AccountFactory()
    page = client.get(address(Account, "change", account.pk)).content.decode()
    assert f'<a href="/settings/accounts/{account.pk}/">@alameda</a>' in page


def test_accounts_without_keys_are_not_resumed(client: Client, administrator: User) -> None:
    paused = AccountFactory(is_active=False)
    unlinked = AccountFactory(external_id="102", is_active=False, credentials={})
    client.post(address(Account), {"action": "resume", "_selected_action": [paused.pk, unlinked.pk]})
    assert list(Account.objects.linked()) == [paused]


def test_token_to_follow_a_request_is_nowhere(client: Client, administrator: User) -> None:
    request = ReplyFactory(service_request__follow_token="very-secret").service_request
    pages = [client.get(address(ServiceRequest)), client.get(address(ServiceRequest, "change", request.pk))]
    assert [(page.status_code, b"very-secret" in page.content) for page in pages] == [(200, False), (200, False)]


def test_saving_an_account_keeps_its_keys(client: Client, administrator: User) -> None:
    account = Account.objects.get(pk=AccountFactory(credentials={"access_token": "very-secret"}).pk)
    queue = QueueFactory()
    fields = {
        "display_name": "Carmen",
        "queue": queue.pk,
        "person": "",
        "is_active": "on",
        "credentials": "{}",
        "handle": "other",
    }
    assert client.post(address(Account, "change", account.pk), fields).status_code == 302
    account.refresh_from_db()
    assert (account.display_name, account.queue_id, account.handle) == ("Carmen", queue.pk, "alameda")
    assert account.credentials == {"access_token": "very-secret"}


def test_account_has_one_voice(client: Client, administrator: User) -> None:
    account = AccountFactory()
    fields = {"display_name": "Carmen", "queue": QueueFactory().pk, "person": administrator.pk, "is_active": "on"}
    assert client.post(address(Account, "change", account.pk), fields).status_code == 200
    account.refresh_from_db()
    assert (account.queue, account.person) == (None, None)


def test_pause_and_resume(client: Client, administrator: User) -> None:
    later = timezone.now() + timedelta(hours=1)
    account = AccountFactory(next_collect_at=later)
    chosen = {"_selected_action": account.pk}
    client.post(address(Account), {"action": "pause", **chosen})
    account.refresh_from_db()
    assert (account.is_active, account.next_collect_at) == (False, later)
    client.post(address(Account), {"action": "resume", **chosen})
    account.refresh_from_db()
    assert (account.is_active, account.next_collect_at < later) == (True, True)


def test_gap_is_acknowledged_by_somebody(client: Client, administrator: User) -> None:
    now = timezone.now()
    gap = Gap.objects.create(account=AccountFactory(), begins_at=now, ends_at=now)
    client.post(address(Gap), {"action": "acknowledge", "_selected_action": gap.pk})
    gap.refresh_from_db()
    assert (gap.acknowledged_by, gap.acknowledged_at is None) == (administrator, False)


def test_key_is_shown_once(client: Client, administrator: User) -> None:
    response = client.post(address(ApiKey, "add"), {"name": "Neighbours' app"}, follow=True)
    message, _saved = [str(message) for message in response.context["messages"]]
    key = ApiKey.objects.get()
    secret = message.rpartition(" ")[2]
    assert ApiKey.objects.matching(secret).get() == key
    pages = [client.get(address(ApiKey)), client.get(address(ApiKey, "change", key.pk))]
    assert [secret.encode() in page.content for page in pages] == [False, False]


def test_key_is_switched_off(client: Client, administrator: User) -> None:
    key, secret = ApiKey.make(name="app")
    client.post(address(ApiKey, "change", key.pk), {"name": "app"})
    assert list(ApiKey.objects.matching(secret)) == []


def test_queue_with_its_hours_and_members(client: Client, administrator: User) -> None:
    carmen = UserFactory(username="carmen")
    hours = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-weekday": 0, "0-opens": "06:00", "0-closes": "13:00"}
    fields = {
        "code": "sweeper",
        "names": '{"es": "Limpieza"}',
        "descriptions": "{}",
        "position": 0,
        "members": [carmen.pk],
    }
    response = client.post(
        address(Queue, "add"), {**fields, **{f"opening_hours-{name}": value for name, value in hours.items()}}
    )
    assert response.status_code == 302
    queue = Queue.objects.get()
    assert [str(one) for one in queue.opening_hours.all()] == ["lunes 06:00–13:00"]
    assert [member.pk for member in queue.members.all()] == [carmen.pk]


@pytest.mark.parametrize(
    ("questions", "status"),
    [
        ('[{"code": "lamp", "datatype": "string", "description": {"es": "¿Cuál?"}}]', 302),
        (
            '[{"code": "k", "datatype": "singlevaluelist", "description": {}, "values": [{"key": "a", "name": {"es": "A"}}]}]',
            302,
        ),
        ('[{"code": "k", "datatype": "singlevaluelist", "description": {}}]', 200),
        ('[{"code": "lamp", "datatype": "colour", "description": {}}]', 200),
        ('[{"datatype": "string", "description": {}}]', 200),
        ('{"code": "lamp"}', 200),
    ],
)
def test_questions_of_a_service(client: Client, administrator: User, questions: str, status: int) -> None:
    service = ServiceFactory()
    fields = {
        "code": "bins", "names": '{"es": "Basura"}', "descriptions": "{}", "groups": "{}", "keywords": "{}", "hashtags": "",
        "attributes": questions, "queue": service.queue_id, "answer_target": "00:30:00", "resolve_target": "2 00:00:00", "is_active": "on",
    }  # fmt: skip
    assert client.post(address(Service, "change", service.pk), fields).status_code == status


@pytest.mark.parametrize("noun", LOOKED_AT)
@pytest.mark.parametrize("words", ["farola", "@resident", "1047", "9" * 30, "\0", "'); --", "١٢"])
def test_search_takes_anything(client: Client, administrator: User, noun: Any, words: str) -> None:
    fill(1)
    assert client.get(address(noun), {"q": words}).status_code == 200


def found(client: Client, noun: Any, words: str) -> list[Any]:
    return list(client.get(address(noun), {"q": words}).context["cl"].result_list)


def test_search_finds(client: Client, administrator: User) -> None:
    fill(1)
    fill(2)
    request = ServiceRequest.objects.latest("pk")
    post, author = request.opening_post, request.opening_post.author
    assert found(client, ServiceRequest, str(request.pk)) == [request]
    assert found(client, Post, post.external_id) == [post]
    assert found(client, Post, "FAROLA") == list(Post.objects.order_by("-pk"))
    assert found(client, Author, f"@{author.handle}") == [author]
    assert set(found(client, Event, str(request.pk))) >= set(request.events.all())
    assert request.replies.get() in found(client, Reply, str(request.pk))


def test_filters(client: Client, administrator: User) -> None:
    fill(1)
    Post.objects.update(service_request=None, triaged_at=None)
    Reply.objects.update(status="failed")
    counts = {
        (noun, query): len(client.get(address(noun) + query).context["cl"].result_list)
        for noun, query in [
            (Post, "?sorting=due"), (Post, "?sorting=set_aside"),
            (Reply, "?sending=waiting"), (Reply, "?sending=flying"), (Reply, "?sending=stuck"),
        ]
    }  # fmt: skip
    assert list(counts.values()) == [1, 0, 0, 0, 1]
