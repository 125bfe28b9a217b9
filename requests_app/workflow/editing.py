"""Edited: the author changed a post at its source. What it said before is kept, and whoever works on it is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from requests_app import summons
from requests_app.fitting import fitted
from requests_app.models import Photo, Post, PostVersion, ServiceRequest, Verb
from requests_app.networks.contract import IncomingPost
from requests_app.workflow.sources import locked_posts, locked_requests, stop_answers, tell


@transaction.atomic
def edited(post: Post, incoming: IncomingPost, *, at: datetime) -> bool:
    """Takes over how a post reads now; False when nothing that people see is new.

    Answers that have not left yet go back to whoever wrote them: they answer what is no longer said.
    """
    incoming, fresh = fitted(incoming), next(iter(locked_posts([post])), None)
    if fresh is None or not _is_newer(fresh, incoming):
        return False
    shown = list(fresh.photos.filter(erased_at=None).exclude(source_url=""))
    fresh_photos, dropped = _photos(fresh, shown, incoming=incoming, at=at)
    if fresh.text == incoming.text and not (fresh_photos or dropped):
        _take_over(fresh, incoming)
        return False
    requests = locked_requests([fresh])
    _keep_version(fresh, at=at)
    Photo.objects.filter(pk__in=dropped).take_back(at)
    Photo.objects.bulk_create(fresh_photos)
    fresh.edited_at = at
    if fresh.service_request_id is None and fresh.written_by_id is None:
        # It asked for nothing, or could not be understood; now it may.
        fresh.triaged_at, fresh.set_aside_at, fresh.triage_error, fresh.kind = None, None, "", ""
    _take_over(fresh, incoming)
    stop_answers([fresh], requests=requests, rule="edited")
    tell([fresh], requests=requests, verb=Verb.EDITED, at=at)
    # In its new words it may be the same as others.
    ServiceRequest.objects.filter(opening_post=fresh).update(compared_at=None)
    return True


def _is_newer(post: Post, incoming: IncomingPost) -> bool:
    """Networks answer from copies of different age: what we knew before is no edit."""
    if incoming.version in ("", post.version):
        return False
    return not post.versions.filter(version=incoming.version).exists()


def _keep_version(post: Post, *, at: datetime) -> None:
    before = PostVersion(post=post, version=post.version, text=post.text, replaced_at=at)
    PostVersion.objects.bulk_create([before], ignore_conflicts=True)


def _photos(
    post: Post, shown: Sequence[Photo], *, incoming: IncomingPost, at: datetime
) -> tuple[list[Photo], list[int]]:
    """Those it shows for the first time, and those (ids) it shows no longer; a photo's address tells it apart."""
    before, now = {photo.source_url for photo in shown}, {photo.source_url for photo in incoming.photos}
    added = [
        Photo(post=post, source_url=photo.source_url, alt=photo.alt, next_attempt_at=at)
        for photo in incoming.photos
        if photo.source_url not in before
    ]
    return added, [photo.pk for photo in shown if photo.source_url not in now]


def _take_over(post: Post, incoming: IncomingPost) -> None:
    post.text, post.version = incoming.text, incoming.version
    post.language = incoming.language or post.language
    post.mentions = summons.mentions_of([incoming], network=post.network)[incoming.external_id]
    post.url, post.reference = incoming.url or post.url, dict(incoming.reference)
    post.save(
        update_fields=[
            "text", "version", "language", "mentions", "url", "reference", "edited_at",
            "triaged_at", "set_aside_at", "triage_error", "kind",
        ]
    )  # fmt: skip
