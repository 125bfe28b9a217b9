"""Acts: what the town's people wrote with the network's own app, told from what Plaza published, becomes verbs."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from requests_app.models import Account, Kind, Network, Post, Reply, ServiceRequest
from requests_app.models.reply import IN_FLIGHT
from requests_app.triage.deciding import Desk, read
from requests_app.triage.echoes import is_ours
from requests_app.triage.words import folded, look
from requests_app.workflow import acts

# These write the names of whoever took part so far before an answer by themselves.
NAMING_BY_THEMSELVES = (Network.X, Network.MASTODON)
_NAMES_BEFORE = re.compile(r"^(?:\s*@[\w.@-]+[\s,:]*)+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post of ours stands: the request it is about, and whom the network names in answers there by itself."""

    request: ServiceRequest | None = None
    carried: frozenset[str] = frozenset()
    # What it answers is not sorted yet.
    is_pending: bool = False


@transaction.atomic
def understand(post: Post) -> bool:
    """Carries one post of the town's out and returns True; False when its turn has not come."""
    fresh = _claim(post)
    if fresh is None or fresh.written_by is None:
        return False
    # Asked first: what was published between two questions is then found by the second.
    busy = Reply.objects.filter(account=fresh.written_by, status__in=IN_FLIGHT).exists()
    place = _place_of(fresh)
    if is_ours(fresh, about=place.request):
        acts.keep(fresh)
        return True
    if busy or place.is_pending:
        return False
    if fresh.written_by.is_active:
        _carry_out(fresh, fresh.written_by, place)
    else:
        acts.keep(fresh)
    return True


def _claim(post: Post) -> Post | None:
    due = Post.objects.due_for_triage().filter(pk=post.pk)
    due = due.select_related("author", "written_by__queue", "written_by__person")
    return due.select_for_update(of=("self",), skip_locked=True).first()


# --- where it stands ---------------------------------------------------------------


def _place_of(post: Post) -> Place:
    """By what it answers, a post or a reply of ours; else by its conversation, where that is about one thing only."""
    parent = _parent(post)
    answered = _reply(post) if parent is None or parent.service_request is None else None
    # Below something unknown to us it cannot be told which names were carried along: none of those before the words counts.
    names: set[str] = set() if parent or answered else set(post.mentions)
    if parent is not None:
        names |= {parent.author.external_id, *parent.mentions}
    if answered is not None:
        names |= {answered.account.external_id, answered.post.author.external_id, *answered.post.mentions}
    request = parent and parent.service_request or answered and answered.service_request or _only_one_in(post)
    return Place(
        request=request and (request.merged_into or request),
        carried=frozenset(names) if post.network in NAMING_BY_THEMSELVES else frozenset(),
        is_pending=bool(parent and parent.triaged_at is None and parent.set_aside_at is None),
    )


def _parent(post: Post) -> Post | None:
    if not post.in_reply_to:
        return None
    parents = Post.objects.filter(network=post.network, external_id=post.in_reply_to)
    return parents.select_related("author", "service_request__merged_into").first()


def _reply(post: Post) -> Reply | None:
    if not post.in_reply_to:
        return None
    replies = Reply.objects.filter(account__network=post.network, external_id=post.in_reply_to)
    return replies.select_related("account", "post__author", "service_request__merged_into").first()


def _only_one_in(post: Post) -> ServiceRequest | None:
    if post.conversation_id in ("", post.external_id):
        return None
    said = Post.objects.filter(network=post.network, conversation_id=post.conversation_id)
    found = ServiceRequest.objects.filter(pk__in=said.exclude(service_request=None).values("service_request"))
    standing = {request.merged_into or request for request in found.select_related("merged_into")}
    return standing.pop() if len(standing) == 1 else None


# --- what it does ------------------------------------------------------------------


def _carry_out(post: Post, account: Account, place: Place) -> None:
    by, is_done = _person_of(account), _has_done_tag(post)
    if place.request is None:
        _on_its_own(post, account, by=by) if is_done else acts.keep(post)
    elif is_done:
        acts.finish(place.request, post=post, by=by)
    elif colleague := _colleague(post, account, carried=place.carried):
        acts.pass_on(place.request, post=post, by=by, to=colleague)
    else:
        acts.speak(place.request, post=post, by=by)


def _on_its_own(post: Post, account: Account, *, by: User | None) -> None:
    """Done before anybody told Plaza of it: the team is the one that speaks, the service what the words say."""
    desk = Desk.today()
    reading = read(post, desk=desk)
    queue = acts.team_behind(account, now_with=reading.queue)
    found = replace(
        reading.decided(joins=None),
        kind=Kind.PROBLEM,
        queue=queue,
        service=reading.service if reading.service and reading.service.queue_id == queue.pk else None,
        is_urgent=False,
        is_offensive=False,
        opens=True,
        opts_out=False,
        evidence=[{"signal": "done", "detail": [f"@{account.handle}"]}],
    )
    acts.find_and_finish(found, by=by, weeks=desk.weeks)


def _person_of(account: Account) -> User | None:
    """Who speaks through it, where that can be only one."""
    if account.person is not None:
        return account.person if account.person.is_active else None
    members = list(account.queue.members.filter(is_active=True)[:2]) if account.queue else []
    return members[0] if len(members) == 1 else None


def _has_done_tag(post: Post) -> bool:
    return not _done_tags(tuple(settings.DONE_TAGS)).isdisjoint(look(post.text).hashtags)


@lru_cache(maxsize=1)
def _done_tags(written: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folded(tag) for tag in written)


def _colleague(post: Post, account: Account, *, carried: frozenset[str]) -> Account | None:
    """The first account of another team or person that the post calls on purpose, not one its network carried along."""
    named = (
        Account.objects.linked()
        .filter(network=post.network, external_id__in=post.mentions)
        .exclude(queue=None, person=None)
        .select_related("queue", "person")
    )
    in_words = set(look(_NAMES_BEFORE.sub("", post.text)).handles)
    called = [
        other
        for other in named
        if not _is_same_voice(other, account) and (other.external_id not in carried or _spellings(other) & in_words)
    ]
    return min(called, key=lambda other: post.mentions.index(other.external_id), default=None)


def _is_same_voice(one: Account, other: Account) -> bool:
    return (one.queue_id, one.person_id) == (other.queue_id, other.person_id)


def _spellings(account: Account) -> set[str]:
    """Whole, and without the server that some networks add."""
    handle = account.handle.lower()
    return {handle, handle.partition("@")[0]}
