"""What is counted when the storm is over: the network's own log against the town's database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from requests_app.models import Post, Reply, ReplyStatus, ServiceRequest


@dataclass(frozen=True)
class Verdict:
    """Everything but `answers` must be nought."""

    posts_lost: int
    posts_doubled: int
    answers_lost: int
    answers_doubled: int
    answers_false: int

    @property
    def is_clean(self) -> bool:
        return not any(
            (self.posts_lost, self.posts_doubled, self.answers_lost, self.answers_doubled, self.answers_false)
        )


def count(standing: Sequence[Mapping[str, Any]], *, said: Mapping[str, str], written: Sequence[str]) -> Verdict:
    """`standing`: every post of the network. `said`: marks by post id. `written`: marks of the answers people gave."""
    town = [post for post in standing if mark_of(post["text"])]
    ours = Counter(key_of(post) for post in town)
    replies = [(reply, (reply.post.external_id, mark_of(reply.text))) for reply in _replies()]
    told = {mark for _reply, (_parent, mark) in replies}
    receipts = {(post["id"], *key_of(post)) for post in town}
    return Verdict(
        posts_lost=_lost(said),
        posts_doubled=_doubled(said),
        answers_lost=sum(ours[key] == 0 for _reply, key in replies) + len(set(written) - told),
        answers_doubled=sum(number - 1 for number in ours.values()),
        answers_false=sum(
            reply.status == ReplyStatus.PUBLISHED and (reply.external_id, *key) not in receipts
            for reply, key in replies
        ),
    )


def unsettled() -> int:
    """How much there is still to do: posts to sort, replies that are neither published nor given to a person."""
    waiting = Reply.objects.filter(status__in=("held", "queued", "sending", "in_doubt"))
    return Post.objects.due_for_triage().count() + waiting.count()


def is_settled(said: Mapping[str, str]) -> bool:
    """Everything residents said is here, nothing is due, and nobody has to decide anything."""
    return _lost(said) == 0 and unsettled() == 0 and not for_people()


def for_people() -> list[Reply]:
    """Messages that the desk shows as stuck: a person decides."""
    return list(Reply.objects.stuck().select_related("post"))


def _lost(said: Mapping[str, str]) -> int:
    """Written on the network and not here, or here and neither sorted nor shown as set aside."""
    kept = set(
        Post.objects.filter(network="x", external_id__in=said)
        .filter(Q(triaged_at__isnull=False) | Q(set_aside_at__isnull=False))
        .values_list("external_id", flat=True)
    )
    return len(said.keys() - kept)


def _doubled(said: Mapping[str, str]) -> int:
    """Two rows of one post; and our own words taken for somebody's request."""
    marks = Counter(_mark(text, "aviso-") for text in Post.objects.values_list("text", flat=True))
    twice = sum(marks[mark] - 1 for mark in said.values() if marks[mark] > 1)
    return twice + ServiceRequest.objects.filter(opening_post__written_by__isnull=False).count()


def _replies() -> list[Reply]:
    return list(Reply.objects.filter(text__contains="respuesta-").exclude(status="withdrawn").select_related("post"))


def key_of(post: Mapping[str, Any]) -> tuple[str, str]:
    """What an answer on the network is known by: the post it answers, and its mark."""
    return post.get("in_reply_to", ""), mark_of(post["text"])


def mark_of(text: str) -> str:
    """The mark of an answer, "" without one."""
    return _mark(text, "respuesta-")


def _mark(text: str, name: str) -> str:
    """ "… aviso-17. …" -> "aviso-17."; "" without one."""
    _before, found, rest = text.partition(name)
    return f"{found}{rest.partition('.')[0]}." if found else ""
