"""Who may open which door: every address of the site, as everybody, against one table."""

import logging
import re
from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from requests_app import photos
from requests_app.models import Account, Classifier, Gap, Queue, ReplyStatus, Resemblance, Rule
from staff.models import Template
from tests.factories import PostFactory, ReplyFactory, ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "resident", "member", "dispatcher", "mayor", "administrator")
SIGNED_IN = frozenset(ROLES[1:])
STAFF = frozenset(("member", "dispatcher", "mayor", "administrator"))
WORKERS = frozenset(("member", "dispatcher", "administrator"))
DISPATCH = frozenset(("dispatcher", "administrator"))
FIGURES = frozenset(("dispatcher", "mayor", "administrator"))
KEYS = frozenset(("administrator",))

# Open to the whole world, and meant to be: whoever adds a name here says so in the open.
PUBLIC = frozenset((
    "healthz", "readyz", "set_language", "sign_in", "crest", "town_colours", "styleguide",
    "map", "teams", "team", "embed", "embed_code", "json_feed",
    "service_worker", "manifest", "street_icon",
    "request_card", "square_card", "request_feed", "me_too", "thank", "not_fixed", "follow_by_mail", "letters", "leave",
    "guess",
    "timeline", "request", "report", "thanks", "follow", "feed", "figures", "photo", "robots", "wall",
))  # fmt: skip
PUBLIC_PREFIXES = ("/open311/",)

# Everything else, by the name of its address.
DOORS = {
    "admin:logout": SIGNED_IN,
    "sign_out": SIGNED_IN,
    # It tells only whether anything changed.
    "desk_poll": SIGNED_IN,
    "desk": STAFF,
    "desk_queue": STAFF,
    "desk_watch": STAFF,
    "desk_search": STAFF,
    "desk_bulk": STAFF,
    "desk_rising": STAFF,
    "know_rising": DISPATCH,
    "desk_bulk_undo": STAFF,
    "save_list": STAFF,
    "forget_list": STAFF,
    "desk_request": STAFF,
    "desk_verb": STAFF,
    # The mayor leaves the work to the teams.
    "alike": WORKERS,
    "here": STAFF,
    "draft": STAFF,
    "urgent": STAFF,
    "street": STAFF,
    "street_request": STAFF,
    "street_who": STAFF,
    "street_acts": STAFF,
    "street_shift": STAFF,
    "street_undo": STAFF,
    "street_reclassify": WORKERS,
    "street_place": WORKERS,
    # The member did it; the mayor did not.
    "undo": frozenset(("member", "dispatcher", "administrator")),
    "send_again": STAFF,
    "edit_and_resend": STAFF,
    "give_up": STAFF,
    "remove_photo": STAFF,
    "desk_set_aside": DISPATCH,
    "desk_chatter": DISPATCH,
    "try_again": DISPATCH,
    "open_by_hand": DISPATCH,
    "lift": STAFF,
    "withhold": STAFF,
    "disclose": STAFF,
    "conceal": STAFF,
    "acknowledge_gap": DISPATCH,
    "accounts": KEYS,
    "link_account": KEYS,
    "link_network": KEYS,
    "link_back": KEYS,
    "account": KEYS,
    "account_read": KEYS,
    "account_voice": KEYS,
    "account_unlink": KEYS,
    "account_switch": KEYS,
    "templates": DISPATCH,
    "template_new": DISPATCH,
    "template_edit": DISPATCH,
    "template_move": DISPATCH,
    "template_remove": DISPATCH,
    "automatic_messages": KEYS,
    "automatic_message": KEYS,
    "sorting": KEYS,
    "policy": KEYS,
    "learning": KEYS,
    "learn_now": KEYS,
    "learning_use": KEYS,
    "learning_own": KEYS,
    "learning_source": KEYS,
    "rules": KEYS,
    "rule_new": KEYS,
    "rule": KEYS,
    "rule_try": KEYS,
    "rule_switch": KEYS,
    "rule_move": KEYS,
    "rule_remove": KEYS,
    "dashboard": FIGURES,
    "dashboard_csv": FIGURES,
    "dashboard_list": FIGURES,
    "dashboard_list_csv": FIGURES,
    "dashboard_table_csv": FIGURES,
    "dashboard_thanks": FIGURES,
    "dashboard_rising": FIGURES,
    "nudge": FIGURES,
    "undo_nudge": FIGURES,
}


class Door(NamedTuple):
    name: str
    address: str

    @property
    def is_public(self) -> bool:
        return self.name in PUBLIC or self.address.startswith(PUBLIC_PREFIXES)

    @property
    def admits(self) -> frozenset[str] | None:
        """None when nobody wrote down who may enter."""
        return DOORS.get(self.name, KEYS if self.address.startswith("/admin/") else None)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A thousand refusals, each with its traceback, would take longer to log than to make."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def samples(carmen: User, cleaning: Queue, town_account: Account, settings: Settings, jpeg: bytes) -> dict[str, Any]:
    """A value for each kind of piece of an address."""
    # One door asks X at once: nobody answers there.
    settings.X_BASE_URL = "http://127.0.0.1:9"
    post = PostFactory(account=town_account)
    earlier = ServiceRequestFactory(queue=cleaning, opening_post__account=town_account)
    request = ServiceRequestFactory(queue=cleaning, opening_post=post)
    reply = ReplyFactory(service_request=request, by=carmen, status=ReplyStatus.FAILED)
    gap = Gap.objects.create(account=town_account, begins_at=post.posted_at, ends_at=post.received_at)
    taken = photos.take(request, jpeg, side="after", by=carmen, at=post.received_at)
    return {
        "number": request.pk, "verb": "note", "code": "sweeper", "event": request.events.create(verb="answered", at=post.received_at, by=carmen).pk,
        "reply": reply.pk, "post": PostFactory(account=town_account).pk, "gap": gap.pk, "token": "nothing",
        "resemblance": Resemblance.objects.create(one=request, other=earlier, score=0.9).pk, "act": "apart",
        "account": town_account.pk, "size": 192, "network": "x", "switch": "pause",
        "form": "note", "template": Template.objects.create(names={"es": "Voy"}, texts={"es": "Voy"}).pk,
        "classifier": Classifier.objects.create(trained_at=post.received_at, weights=b"").pk,
        "rule": Rule.objects.create(name="Fair", words=["feria"], makes_private=True).pk, "uuid": taken.uuid, "object_id": request.pk, "id": carmen.pk, "app_label": "auth",
    }  # fmt: skip


@pytest.fixture
def clients(carmen: User, ines: User, elena: User) -> dict[str, Client]:
    people = {
        "resident": UserFactory(),
        "member": carmen,
        "dispatcher": ines,
        "mayor": elena,
        "administrator": UserFactory(is_superuser=True, is_staff=True),
    }
    clients = {role: Client() for role in ROLES}
    for role, user in people.items():
        clients[role].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return clients


def test_every_door_is_in_the_table(samples: dict[str, Any]) -> None:
    unknown = [door for door in doors(samples) if not door.is_public and door.admits is None]

    assert unknown == [], "Say in DOORS (or PUBLIC) who may enter."


def test_the_table_names_no_door_that_is_gone(samples: dict[str, Any]) -> None:
    names = {door.name for door in doors(samples)}

    assert (set(DOORS) | PUBLIC) - names == set()


@pytest.mark.parametrize("role", ROLES)
def test_doors_admit_exactly_whom_the_table_says(
    role: str, samples: dict[str, Any], clients: dict[str, Client]
) -> None:
    wrong = []
    for door in doors(samples):
        for method in ("get", "post"):
            entered = enters(clients[role], door, method=method)
            if entered is not None and entered != expected(role, door, method=method, entered=entered):
                wrong.append((method, door.name, door.address))

    assert wrong == []


def test_private_requests_are_seen_by_those_who_work_them(
    cleaning: Queue, carmen: User, ines: User, elena: User, town_account: Account
) -> None:
    teo = User.objects.get(username="police")
    request = ServiceRequestFactory(queue=cleaning, opening_post__account=town_account, is_private=True)
    address = reverse("desk_request", args=[request.pk])

    assert [status(person, address) for person in (carmen, ines, elena, teo)] == [200, 200, 200, 404]


def test_verbs_of_another_team_are_refused(cleaning: Queue, town_account: Account) -> None:
    teo = User.objects.get(username="police")
    request = ServiceRequestFactory(queue=cleaning, opening_post__account=town_account)

    response = signed_in(teo).post(
        reverse("desk_verb", args=[request.pk, "note"]), {"text": "hello", "version": 1, "seen": 0}
    )

    request.refresh_from_db()
    assert (response.status_code, request.version) == (403, 1)


def test_mayor_speaks_and_passes_on_but_leaves_the_work(elena: User, cleaning: Queue, town_account: Account) -> None:
    request = ServiceRequestFactory(queue=cleaning, opening_post__account=town_account)

    answers = {
        verb: signed_in(elena).post(reverse("desk_verb", args=[request.pk, verb]), {}).status_code
        for verb in ("accept", "answer", "transfer", "wait", "resolve", "decline", "merge", "note")
    }

    assert answers == {
        "accept": 403, "answer": 422, "transfer": 422, "wait": 403, "resolve": 403, "decline": 403, "merge": 403, "note": 422,
    }  # fmt: skip


def test_somebody_without_a_place_reads_a_kind_page(alameda: None) -> None:
    response = signed_in(UserFactory()).get(reverse("desk"))

    assert (response.status_code, response.templates[0].name) == (403, "staff/no_place.html")


def expected(role: str, door: Door, *, method: str, entered: bool) -> bool:
    """A public door opens to a reader; what may be sent to it is its own affair. The admin keeps some doors from all."""
    if door.is_public:
        return True if method == "get" else entered
    admits = role in (door.admits or ())
    return admits and (entered or door.admits is not KEYS)


def doors(samples: dict[str, Any]) -> list[Door]:
    return [Door(name, address(pattern, name, samples)) for name, pattern in _walk(get_resolver(), "", "")]


def _walk(resolver: URLResolver, namespace: str, route: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, path)
        elif isinstance(pattern, URLPattern):
            yield (namespace + pattern.name if pattern.name else path), path


def address(route: str, name: str, samples: dict[str, Any]) -> str:
    """Where the door is, with sample values in its address; doors without a name are found by their route."""
    if name == route:
        return "/" + route.split("(")[0].replace("^", "").replace("\\.json$", "nothing.json").replace(".*", "")
    wanted = {key: samples.get(key, "1") for key in re.findall(r"<(?:\w+:)?(\w+)>", route)}
    if name == "desk_watch":
        wanted["code"] = "mine"
    return reverse(name, kwargs=wanted)


def enters(client: Client, door: Door, *, method: str) -> bool | None:
    """Whether the door opened; None when it has nothing for that method."""
    visitor = Client()
    # A copy, so that the door that signs out does not sign out whoever comes next.
    visitor.cookies = copy(client.cookies)
    with transaction.atomic():
        response = getattr(visitor, method)(door.address)
        transaction.set_rollback(True)
    if response.status_code == 405:
        return None
    return not refused(response)


def refused(response: HttpResponse) -> bool:
    to_sign_in = response.status_code == 302 and response["Location"].startswith(("/sign-in/", "/admin/login/"))
    return to_sign_in or response.status_code in (401, 403)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def status(user: User, address: str) -> int:
    return signed_in(user).get(address).status_code
