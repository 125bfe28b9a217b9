"""Rows in the states that residents see."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from requests_app.models import Photo, Reply, ReplyStatus, ServiceRequest
from tests.factories import ReplyFactory, ServiceRequestFactory, UserFactory


def published(service_request: ServiceRequest, **fields: Any) -> Reply:
    """An answer that stands on its network."""
    fields = {"published_at": timezone.now(), "external_id": f"answer-{Reply.objects.count()}", **fields}
    return ReplyFactory(service_request=service_request, status=ReplyStatus.PUBLISHED, next_attempt_at=None, **fields)


def resolved(**fields: Any) -> ServiceRequest:
    """Done just now, by Carmen."""
    now = timezone.now()
    return ServiceRequestFactory(
        status="resolved", assignee=UserFactory(), accepted_at=now, resolved_at=now,
        resolved_in_hours=timedelta(minutes=3), **fields,
    )  # fmt: skip


def with_photo(content: bytes, **of: Any) -> Photo:
    """`post=` or `reply=`."""
    photo = Photo(**of)
    photo.hold(content)
    return photo
