"""Labels: what the town's people said of posts by what they did with them. Read anew each time, stored nowhere."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q

from requests_app.masking import mask
from requests_app.models import DeclineReason, Event, LearningSource, ServiceRequest, Status, Verb

# So many of the newest posts; more would take more memory than a small machine has.
MOST = 5_000
# A person's word counts as one text of our own; that nobody objected, half.
SAID, NOT_OBJECTED = 1.0, 0.5
# One in so many is never learned from: on these the models are compared.
_HELD_BACK = 5
# By what people correct triage. See also: `Post.evidence`, where it says what was opened by hand.
_CORRECTING = (Verb.TRANSFERRED, Verb.RECLASSIFIED, Verb.UNMERGED)
# Its team looked at it and decided: it was theirs to decide.
_DECIDED = (DeclineReason.NO_BUDGET, DeclineReason.AGAINST_RULES, DeclineReason.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Label:
    """One post with what people say of it; "" and None where nobody said."""

    post: int
    network: str
    text: str
    language: str
    kind: str = ""
    queue: str = ""
    service: str = ""
    urgent: bool | None = None
    weight: float = SAID

    @property
    def is_held_back(self) -> bool:
        """The same posts every night."""
        return hashlib.sha256(str(self.post).encode()).digest()[0] % _HELD_BACK == 0


def town_labels() -> list[Label]:
    """Of the newest posts of networks that may be learned from. Two queries."""
    acts = Event.objects.filter(verb__in=_CORRECTING, undone_by=None).order_by("id")
    judged = Q(status__in=(Status.RESOLVED, Status.DECLINED)) | Q(merged_into__isnull=False)
    judged |= Q(Exists(acts.filter(service_request=OuterRef("pk"))))
    judged |= Q(opening_post__evidence__contains=[{"signal": "by_hand"}])
    requests = ServiceRequest.objects.filter(
        judged, is_private=False, opening_post__network__in=LearningSource.objects.networks()
    )
    learnable = requests.filter(
        opening_post__deleted_at=None, opening_post__is_offensive=False, opening_post__written_by=None
    )
    rows = (
        learnable.select_related("opening_post", "queue", "service", "merged_into__queue", "merged_into__service")
        .prefetch_related(Prefetch("events", acts, to_attr="acts"))
        .order_by("-id")
    )
    labels = (label_of(row, acts=row.acts) for row in rows[:MOST])  # type: ignore[attr-defined]
    return [label for label in labels if label is not None]


def corrections_since(moment: datetime | None) -> int:
    """Of how many requests somebody said better than triage what they are; None: ever."""
    acts = Event.objects.filter(verb__in=_CORRECTING, undone_by=None)
    if moment:
        acts = acts.filter(at__gt=moment)
    # Who may read it is no matter of sorting; and separating is written on both sides.
    sorting = ~Q(verb=Verb.RECLASSIFIED) | Q(data__has_key="said")
    return acts.filter(sorting).values("service_request").distinct().count()


def label_of(request: ServiceRequest, *, acts: Sequence[Event]) -> Label | None:
    """Pure. `acts`: what people did to it, oldest first, without what was taken back. None: nobody said anything."""
    post = request.opening_post
    hidden = post.is_confidential or request.is_private or bool(request.service and request.service.is_private)
    if hidden or post.deleted_at or post.is_offensive or not post.text.strip():
        return None
    said: dict[str, object] = {}
    for act in acts:
        if act.verb == Verb.RECLASSIFIED:
            said |= act.data.get("said", {})
    by_hand = any(piece["signal"] == "by_hand" for piece in post.evidence)
    is_moved = _is_moved(acts)
    is_closed = request.status == Status.RESOLVED or request.decline_reason in _DECIDED
    confirmed = is_closed or any(_is_separated(act, request) for act in acts)
    case = request.merged_into or request
    placed = by_hand or is_moved or confirmed or "service_id" in said or case.status == Status.RESOLVED
    if _was_handed_back(case, acts=acts):
        placed = False
    kind = request.kind if by_hand or confirmed or "kind" in said else ""
    urgent = said.get("is_urgent")
    if not placed and not kind and urgent is None:
        return None
    return Label(
        post=post.pk,
        network=post.network,
        text=mask(post.text),
        language=post.language,
        kind=kind,
        queue=case.queue.code if placed else "",
        service=case.service.code if placed and case.service else "",
        urgent=bool(urgent) if urgent is not None else None,
        weight=SAID if said or is_moved or by_hand else NOT_OBJECTED,
    )


def fingerprint(labels: Iterable[Label], *others: object) -> str:
    """Changes with anything that can be learned, and with what else counts."""
    whole = hashlib.sha256(repr(others).encode())
    for label in sorted(labels, key=lambda one: one.post):
        whole.update(repr(label).encode())
    return whole.hexdigest()[:16]


def _is_moved(acts: Iterable[Event]) -> bool:
    return any(act.verb == Verb.TRANSFERRED for act in acts)


def _is_separated(act: Event, request: ServiceRequest) -> bool:
    """Somebody says that it is a matter of its own."""
    return act.verb == Verb.UNMERGED and act.data.get("merged") == request.pk


def _was_handed_back(case: ServiceRequest, *, acts: Sequence[Event]) -> bool:
    """Moved last to those who sort, of no service: that says whose it is not."""
    return _is_moved(acts) and case.queue.is_fallback and case.service_id is None
