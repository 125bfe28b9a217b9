"""What everybody may read of requests: the standard's fields, two statuses, and nothing private."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Account, Author, Photo, Post, Reply, Service, ServiceRequest
from requests_app.networks.contract import Published
from tests.factories import AuthorFactory, PostFactory, ReplyFactory, ServiceRequestFactory, UserFactory
from tests.requests_app.open311.conftest import Api, moment, numbers

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)


@pytest.fixture
def lamp(lamps: Service) -> ServiceRequest:
    post = PostFactory(
        text="La farola A-114 lleva dos noches apagada. Llamadme al 612 345 678",
        address="Calle del Olmo, 14; ana@example.org",
        latitude=37.2219876, longitude=-3.5951234,
        attributes={"lamp": "A-114", "fault": "off", "doorkey": "under the mat"},
        author=AuthorFactory(display_name="Lucía Romero", handle="lucia_rm", contact="lucia@example.org"),
        posted_at=timezone.now() - timedelta(hours=2),
    )  # fmt: skip
    return ServiceRequestFactory(
        opening_post=post,
        service=lamps,
        queue=lamps.queue,
        address=post.address,
        latitude=post.latitude,
        longitude=post.longitude,
    )


def fields(api: Api, request: ServiceRequest, *names: str) -> list[object]:
    [row] = api.get(f"requests/{request.pk}")
    return [row[name] for name in names]


def test_request_in_json(api: Api, lamp: ServiceRequest) -> None:
    assert api.get(f"requests/{lamp.pk}") == [
        {
            "service_request_id": str(lamp.pk),
            "status": "open",
            "status_notes": None,
            "service_name": "Street lights",
            "service_code": "street-light",
            "description": "La farola A-114 lleva dos noches apagada. Llamadme al •••",
            "agency_responsible": "Sweeper",
            "service_notice": None,
            "requested_datetime": moment(lamp.posted_at),
            "updated_datetime": moment(lamp.told_at),
            "expected_datetime": None,
            "address": "Calle del Olmo, 14; •••",
            "address_id": None,
            "zipcode": None,
            "lat": 37.222,
            "long": -3.5951,
            "media_url": None,
        }
    ]


def test_request_in_xml(api: Api, lamp: ServiceRequest) -> None:
    root = api.xml(f"requests/{lamp.pk}")
    assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
    assert {field.tag: field.text for field in root[0]} == {
        "service_request_id": str(lamp.pk),
        "status": "open",
        "status_notes": None,
        "service_name": "Street lights",
        "service_code": "street-light",
        "description": "La farola A-114 lleva dos noches apagada. Llamadme al •••",
        "agency_responsible": "Sweeper",
        "service_notice": None,
        "requested_datetime": moment(lamp.posted_at),
        "updated_datetime": moment(lamp.told_at),
        "expected_datetime": None,
        "address": "Calle del Olmo, 14; •••",
        "address_id": None,
        "zipcode": None,
        "lat": "37.222",
        "long": "-3.5951",
        "media_url": None,
    }


def test_xml_of_characters_that_xml_cannot_write(api: Api, lamp: ServiceRequest) -> None:
    Post.objects.update(text="sin\x08 luz\x1b <b>&amp;")
    assert api.xml("requests").findtext("request/description") == "sin luz <b>&amp;"


def test_nothing_of_a_person_anywhere(client: Client, lamp: ServiceRequest) -> None:
    answer = PostFactory(text="Soy Lucía, mi correo es lucia@example.org", author=lamp.opening_post.author)
    Post.objects.filter(pk=answer.pk).update(service_request=lamp, triaged_at=timezone.now())
    addresses = [
        "requests.json?extensions=true",
        "requests.xml?extensions=true",
        f"requests/{lamp.pk}.xml?extensions=true",
    ]
    told = "".join(client.get(f"/open311/v2/{address}").content.decode() for address in addresses)
    secrets = ["Romero", "lucia", "612", "345", "example.org", "under the mat", "37.2219", "3.59512"]
    assert [secret for secret in secrets if secret in told] == []


def test_private_requests_are_nowhere(api: Api, lamp: ServiceRequest) -> None:
    ServiceRequest.objects.update(is_private=True, follow_token="a-token-to-follow")
    nothing = [{"code": 404, "description": f"There is no public request {lamp.pk}."}]
    assert api.get("requests") == []
    assert api.get("requests", service_request_id=lamp.pk) == []
    assert api.get(f"requests/{lamp.pk}", expect=404) == nothing
    assert api.get("tokens/a-token-to-follow", expect=404) == [{"code": 404, "description": "This token is not known."}]


@pytest.mark.parametrize("number", ["0", "-1", "moon", "1.5", "9" * 30, "١٢"])
def test_no_such_request(client: Client, number: str) -> None:
    assert client.get(f"/open311/v2/requests/{number}.json").status_code == 404


def test_deleted_post_is_not_shown(api: Api, lamp: ServiceRequest) -> None:
    Post.objects.update(deleted_at=timezone.now())
    names = ("status", "description", "address", "lat", "long")
    assert fields(api, lamp, *names) == ["open", None, None, None, None]
    assert api.get(f"requests/{lamp.pk}", extensions="true")[0]["attributes"] == []


def test_photo_of_the_post(api: Api, lamp: ServiceRequest, jpeg: bytes, client: Client) -> None:
    Photo.objects.create(post=lamp.opening_post, source_url="https://example.org/only-a-link.jpg")
    photo = Photo(post=lamp.opening_post)
    photo.image.save("photo.jpg", ContentFile(jpeg))
    [url] = fields(api, lamp, "media_url")
    assert str(photo.uuid) in str(url)
    assert str(url).startswith("http://testserver/")
    response = client.get(str(url))
    assert (response.status_code, response.getvalue()[:2]) == (200, b"\xff\xd8")
    Post.objects.update(deleted_at=timezone.now())
    assert fields(api, lamp, "media_url") == [None]


class TestStanding:
    """Open or closed, and in status_notes how it really stands."""

    def test_accepted_with_a_promise(self, api: Api, lamp: ServiceRequest) -> None:
        promise = timezone.now() + timedelta(days=1)
        workflow.accept(lamp, by=UserFactory(), promised_for=promise)
        standing = fields(api, lamp, "status", "status_notes", "expected_datetime")
        assert standing == ["open", "in progress: Sweeper", moment(promise)]

    def test_accepted_without_a_promise_is_expected_by_the_target(self, api: Api, lamp: ServiceRequest) -> None:
        workflow.accept(lamp, by=UserFactory())
        assert fields(api, lamp, "expected_datetime") == [moment(lamp.posted_at + timedelta(days=2))]

    def test_waiting_keeps_the_note_inside(self, api: Api, lamp: ServiceRequest) -> None:
        workflow.wait(lamp, by=UserFactory(), text="for Endesa, ask Pepe")
        assert fields(api, lamp, "status", "status_notes") == ["open", "waiting: Sweeper"]

    def test_resolved_with_words_that_have_not_left(self, api: Api, lamp: ServiceRequest) -> None:
        closed = workflow.resolve(lamp, by=UserFactory(), message=workflow.Message(text="Nueva bombilla puesta"))
        standing = fields(api, lamp, "status", "status_notes", "updated_datetime", "expected_datetime")
        assert standing == ["closed", "done: Sweeper", moment(closed.resolved_at), None]

    def test_resolved_with_words_in_public(self, api: Api, lamp: ServiceRequest) -> None:
        workflow.resolve(lamp, by=UserFactory(), message=workflow.Message(text="Nueva bombilla. Dudas: 958 123 456"))
        workflow.published(Reply.objects.get(), Published("77", timezone.now()))
        assert fields(api, lamp, "status", "status_notes") == ["closed", "done: Nueva bombilla. Dudas: •••"]

    def test_declined_with_its_reason(self, api: Api, lamp: ServiceRequest) -> None:
        declined = workflow.decline(lamp, by=UserFactory(), reason="not_ours")
        ServiceRequest.objects.update(told_at=timezone.now() + timedelta(hours=1))
        standing = fields(api, lamp, "status", "status_notes", "updated_datetime")
        assert standing == ["closed", "not ours: not the town's to do", moment(declined.told_at)]

    def test_reopened(self, api: Api, lamp: ServiceRequest) -> None:
        workflow.resolve(lamp, by=UserFactory(), message=workflow.Message(text="Hecho"))
        workflow.reopen(lamp, by=UserFactory())
        assert fields(api, lamp, "status", "status_notes") == ["open", "in progress: Sweeper"]

    def test_undone(self, api: Api, lamp: ServiceRequest) -> None:
        user = UserFactory()
        declined = workflow.decline(lamp, by=user, reason="no_budget")
        workflow.undo(declined.events.latest("id"), by=user)
        assert fields(api, lamp, "status", "status_notes") == ["open", None]

    def test_duplicate(self, api: Api, lamp: ServiceRequest) -> None:
        other = ServiceRequestFactory(queue=lamp.queue)
        workflow.merge(other, into=lamp, by=UserFactory())
        assert fields(api, other, "status", "status_notes") == ["closed", f"duplicate: {lamp.pk}"]
        assert numbers(api.get("requests")) == [str(lamp.pk)]
        assert numbers(api.get("requests", service_request_id=f"{lamp.pk},{other.pk}")) == [str(lamp.pk), str(other.pk)]

    def test_duplicate_of_what_became_private(self, api: Api, lamp: ServiceRequest) -> None:
        other = ServiceRequestFactory(queue=lamp.queue)
        workflow.merge(other, into=lamp, by=UserFactory())
        ServiceRequest.objects.filter(pk=lamp.pk).update(is_private=True)
        api.get(f"requests/{other.pk}", expect=404)


class TestExtensions:
    def test_answers_that_are_public(self, api: Api, lamp: ServiceRequest) -> None:
        [row] = api.get("requests", extensions="true")
        assert row["attributes"] == [{"code": "lamp", "values": ["A-114"]}, {"code": "fault", "values": ["off"]}]

    def test_notes(self, api: Api, lamp: ServiceRequest) -> None:
        user = UserFactory()
        workflow.note(lamp, by=user, text="The neighbour shouts")
        workflow.accept(lamp, by=user)
        workflow.answer(lamp, by=user, message=workflow.Message(text="On my way"))
        workflow.published(Reply.objects.get(), Published("77", timezone.now()))
        workflow.answer(lamp, by=user, message=workflow.Message(text="Not sent yet"))
        [row] = api.get(f"requests/{lamp.pk}", extensions="1")
        assert [(note["type"], note["description"]) for note in row["notes"]] == [
            ("received", "La farola A-114 lleva dos noches apagada. Llamadme al •••"),
            ("accepted", "accepted"),
            ("answered", "On my way"),
        ]
        assert row["notes"][0]["datetime"] == moment(lamp.received_at)

    def test_in_xml(self, api: Api, lamp: ServiceRequest) -> None:
        [request] = api.xml("requests", extensions="true")
        answers = [
            (one.findtext("code"), [v.text for v in one.findall("values/value")])
            for one in request.findall("attributes/attribute")
        ]
        assert answers == [("lamp", ["A-114"]), ("fault", ["off"])]
        assert [note.findtext("type") for note in request.findall("notes/note")] == ["received"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("extensions", "queries"), [("false", 5), ("true", 6)])
def test_requests_cost_the_same(
    api: Api,
    lamps: Service,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    extensions: str,
    queries: int,
) -> None:
    for _number in range(count):
        request = ServiceRequestFactory(service=lamps, queue=lamps.queue, opening_post__attributes={"lamp": "A"})
        ReplyFactory(service_request=request)
        workflow.accept(request, by=UserFactory())
    with django_assert_num_queries(queries):
        assert len(api.get("requests", extensions=extensions)) == count


def test_no_address_holds_a_nul(client: Client) -> None:
    addresses = ["requests/%00.json", "tokens/%00.json", "services/a%00b.json", "requests.json?service_code=%00"]
    assert [client.get(f"/open311/v2/{address}").status_code for address in addresses] == [400, 400, 400, 400]


def test_token(api: Api, lamp: ServiceRequest) -> None:
    ServiceRequest.objects.update(follow_token="a-token-to-follow")
    assert api.get("tokens/a-token-to-follow") == [{"service_request_id": str(lamp.pk), "token": "a-token-to-follow"}]
    [request] = api.xml("tokens/a-token-to-follow")
    assert [(field.tag, field.text) for field in request] == [
        ("service_request_id", str(lamp.pk)),
        ("token", "a-token-to-follow"),
    ]


def test_token_of_what_is_not_sorted_yet(api: Api, town: Account) -> None:
    author = Author.objects.create(network="plaza", external_id="somebody")
    PostFactory(network="plaza", account=town, author=author, external_id="a-token")
    assert api.get("tokens/a-token") == [{"service_request_id": None, "token": "a-token"}]


def test_alameda_is_told_whole(api: Api) -> None:
    call_command("prepare_alameda", stdout=StringIO())
    services = api.get("services")
    asking = [service["service_code"] for service in services if service["metadata"]]
    definitions = [api.get(f"services/{code}") for code in asking]
    assert (len(services) > 20, len(asking) > 2) == (True, True)
    assert [one["service_code"] for one in definitions if not one["attributes"]] == []
