"""Who answered first: the name that the ribbon says, which is not always that of whoever has the work in hand."""

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from requests_app.models import Event, Reply
from requests_app.models.event import ACTS
from requests_app.models.service_request_queries import ServiceRequestQuerySet


def with_answerer(requests: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """`answered_by`: the first name of whose words stopped the clock, at the desk or with the network's own app.

    Empty where nobody is known by name; and where it was said to a request that was merged into this one.
    """
    mine = {"service_request": OuterRef("id")}
    replies = Reply.objects.published().filter(published_at=OuterRef("answered_at"), **mine)
    acts = Event.objects.filter(verb__in=ACTS, post__written_by__isnull=False, **mine)
    acts = acts.filter(post__posted_at=OuterRef("answered_at"))
    names = (Subquery(said.order_by("id").values("by__first_name")[:1]) for said in (replies, acts))
    return requests.annotate(answered_by=Coalesce(*names, Value("")))
