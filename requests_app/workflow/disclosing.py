"""What triage or a colleague kept from the public, a person looked at and shows again."""

import logging

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Post, ServiceRequest, Verb
from requests_app.workflow.moves import Refusal, lock, touch
from requests_app.workflow.withholding import locked_group, locked_post, mark, tell

log = logging.getLogger(__name__)


@transaction.atomic
def lift(post: Post, *, by: User) -> None:
    """It insults nobody after all, or is everybody's to read: its words stand wherever they would have stood.

    It is in nobody's way, so the version of its request stays.
    """
    row = locked_post(post.pk)
    if not (row.is_offensive or row.is_kept_private):
        raise Refusal(_("A colleague looked at it already: it is shown."))
    what = "words" if row.is_offensive else "post"
    own = ServiceRequest.objects.filter(opening_post=row, is_private=True).select_related("service", "opening_post")
    joined = own.exclude(merged_into=None).first()
    if what == "post" and own.filter(merged_into=None).exists():
        raise Refusal(_("The whole request is private."))
    row.is_offensive = False
    mark(row, signal="lifted" if what == "words" else "disclosed")
    if what == "post" and joined and not _is_asked_for(joined):
        own.update(is_private=False)
    tell(row, by=by, data={"shown": what})
    log.info("post shown again", extra={"post": row.pk, "by": by.pk, "what": what})


def may_disclose(service_request: ServiceRequest) -> bool:
    """Whether it is private only by what it says: neither its author nor its service asks for it."""
    is_private = service_request.is_private and service_request.merged_into_id is None
    return is_private and not _is_asked_for(service_request)


@transaction.atomic
def disclose(service_request: ServiceRequest, *, by: User, version: int | None = None) -> ServiceRequest:
    """It is everybody's business after all: the square shows it from now on, with what was joined to it."""
    posts, group = _locked_posts(service_request), locked_group(service_request)
    if not lock(service_request, verb="note", version=None).is_private:
        raise Refusal(_("Everybody may read it already."))
    fresh = lock(service_request, verb="note", version=version)
    if not may_disclose(fresh):
        raise Refusal(_("It stays private: its author or its service asks for it."))
    along = [one for one in group if one.pk != fresh.pk and one.is_private]
    if any(_is_asked_for(one) for one in along):
        raise Refusal(_("Others are joined to it, and they are private too: separate them first."))
    marked = [post for post in posts if post.is_kept_private]
    for post in marked:
        mark(post, signal="disclosed")
    fresh.is_private, now = False, timezone.now()
    ServiceRequest.objects.filter(pk__in=[one.pk for one in along]).update(is_private=False, changed_at=now)
    touch(fresh, at=now, told=True)
    fresh.save(update_fields=["is_private", "version", "changed_at", "told_at"])
    data = {
        "before": {"is_private": True}, "version": fresh.version, "shown": "request",
        "along": [one.pk for one in along], "marked": [post.pk for post in marked], "mark": "disclosed",
    }  # fmt: skip
    Event.objects.create(service_request=fresh, verb=Verb.RECLASSIFIED, at=now, by=by, data=data)
    log.info("request shown to the public", extra={"request": fresh.pk, "by": by.pk})
    return fresh


def _locked_posts(service_request: ServiceRequest) -> list[Post]:
    """Before their requests, as everybody does who changes a post."""
    group = ServiceRequest.objects.filter(Q(pk=service_request.pk) | Q(merged_into=service_request.pk))
    posts = Post.objects.filter(service_request__in=group.values("pk")).order_by("pk")
    return list(posts.select_for_update(of=("self",), no_key=True))


def _is_asked_for(service_request: ServiceRequest) -> bool:
    service = service_request.service
    return bool(service and service.is_private) or service_request.opening_post.chose_its_readers
