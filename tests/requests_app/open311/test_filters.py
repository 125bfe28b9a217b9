"""Which requests a program gets: the standard's filters, pages, and what is said to impossible wishes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app.models import Service, ServiceRequest
from tests.factories import PostFactory, QueueFactory, ServiceRequestFactory
from tests.requests_app.open311.conftest import Api, moment, numbers


@pytest.fixture
def three(lamps: Service) -> list[str]:
    """One of now, one of Monday a month ago, one of last year; the second of no service, the third closed."""
    queue = QueueFactory()
    now, month, year = (
        timezone.now() - timedelta(hours=1),
        timezone.now() - timedelta(days=30),
        timezone.now() - timedelta(days=365),
    )
    posts = [PostFactory(posted_at=at) for at in (now, month, year)]
    closed = {"status": "resolved", "resolved_at": year, "resolved_in_hours": timedelta()}
    one = ServiceRequestFactory(opening_post=posts[0], service=lamps, queue=queue)
    two = ServiceRequestFactory(opening_post=posts[1], queue=queue)
    three = ServiceRequestFactory(opening_post=posts[2], service=lamps, queue=queue, **closed)
    return [str(request.pk) for request in (one, two, three)]


def test_last_90_days_newest_first(api: Api, three: list[str]) -> None:
    assert numbers(api.get("requests")) == three[:2]


def test_empty_is_as_good_as_missing(api: Api, three: list[str]) -> None:
    assert (
        numbers(api.get("requests", status="", service_code=" ", start_date="", jurisdiction_id="alameda.example"))
        == three[:2]
    )


def test_numbers_override_everything(api: Api, three: list[str]) -> None:
    asked = f"{three[2]}, {three[0]},moon,99999999"
    assert numbers(api.get("requests", service_request_id=asked, status="open", service_code="moon")) == [
        three[0],
        three[2],
    ]


def test_services(api: Api, three: list[str]) -> None:
    assert numbers(api.get("requests", service_code="street-light")) == three[:1]


def test_status(api: Api, three: list[str]) -> None:
    start = moment(timezone.now() - timedelta(days=400))
    assert numbers(api.get("requests", status="open")) == three[:2]
    assert numbers(api.get("requests", status="closed", start_date=start)) == three[2:]
    assert numbers(api.get("requests", status="closed,open")) == three[:2]


def test_dates(api: Api, three: list[str]) -> None:
    start, end = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    assert numbers(api.get("requests", start_date=moment(start), end_date=moment(end))) == three[1:2]
    assert numbers(api.get("requests", end_date=moment(end))) == three[1:2]
    assert numbers(api.get("requests", start_date=moment(start))) == three[:2]


def test_dates_with_a_plus_that_nobody_quoted(client: Client, three: list[str]) -> None:
    start = timezone.now() - timedelta(days=2)
    response = client.get(f"/open311/v2/requests.json?start_date={moment(start)}")
    assert numbers(response.json()) == three[:1]


def test_news(api: Api, three: list[str]) -> None:
    ServiceRequest.objects.filter(pk=three[2]).update(told_at=timezone.now() - timedelta(minutes=1))
    since, until = moment(timezone.now() - timedelta(days=1)), moment(timezone.now() - timedelta(minutes=30))
    assert numbers(api.get("requests", updated_after=since)) == [three[2], three[0]]
    assert numbers(api.get("requests", updated_after=since, updated_before=until)) == [three[0]]
    assert numbers(api.get("requests", updated_after=since, start_date=since)) == [three[0]]


def test_pages(api: Api, three: list[str]) -> None:
    assert numbers(api.get("requests", page=1, page_size=1)) == three[:1]
    assert numbers(api.get("requests", page=2, page_size=1)) == three[1:2]
    assert numbers(api.get("requests", page=3, page_size=1)) == []
    assert numbers(api.get("requests", page=1)) == three[:2]


def test_everything_wrong_at_once(api: Api) -> None:
    wrong = api.get("requests", 400, page_size=5000, start_date="soon", page=0, service_code="moon")
    assert wrong == [
        {"code": 400, "description": "start_date: Write it like 2026-11-22T08:00:00Z."},
        {"code": 400, "description": "page: Ensure this value is greater than or equal to 1."},
        {"code": 400, "description": "page_size: Ensure this value is less than or equal to 1000."},
        {"code": 404, "description": "There is no service “moon”."},
    ]


def test_unknown_status(api: Api) -> None:
    root = api.xml("requests", 400, **{"status": "in progress"})
    assert [(error.findtext("code"), error.findtext("description")) for error in root] == [
        ("400", "status: Choose from: open, closed.")
    ]


def test_unknown_service(api: Api, three: list[str]) -> None:
    wrong = api.get("requests", 404, service_code="street-light,moon")
    assert wrong == [{"code": 404, "description": "There is no service “moon”."}]


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2026-01-01T00:00:00Z", "2026-06-01", "From start_date to end_date are more than 90 days."),
        ("2026-06-02", "2026-06-01", "start_date is after end_date."),
        ("1900-01-01", "9000-12-31", "From start_date to end_date are more than 90 days."),
    ],
)
def test_impossible_spans(api: Api, start: str, end: str, sentence: str) -> None:
    assert api.get("requests", 400, start_date=start, end_date=end) == [{"code": 400, "description": sentence}]


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("name", ["start_date", "end_date", "updated_after", "updated_before"])
def test_edges_of_time(client: Client, name: str, edge: str) -> None:
    response = client.get("/open311/v2/requests.json", {name: edge})
    assert response.status_code in (200, 400)
