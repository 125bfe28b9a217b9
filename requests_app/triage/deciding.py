"""One post, one decision: what it is, whose work, which request; with the reasons a dispatcher reads."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from django.db.models import Exists, OuterRef

from requests_app.models import Account, AutomaticMessage, Kind, Network, Post, Queue, Service, ServiceRequest
from requests_app.opening_hours import Week
from requests_app.triage.dangers import danger
from requests_app.triage.kinds import kind_of
from requests_app.triage.languages import guess_language
from requests_app.triage.signals import Evidence, ServiceWords, Snapshot, compile_snapshot, route
from requests_app.triage.stopping import asks_to_stop
from requests_app.triage.words import TextView, look
from requests_app.workflow import Sorted
from requests_app.workflow.automatic import messages_on


@dataclass(frozen=True, slots=True)
class Desk:
    """What the town knows while a batch is sorted: its words, its queues, its services."""

    snapshot: Snapshot
    queues: Mapping[str, Queue]
    services: Mapping[str, Service]
    weeks: dict[int, Week]
    fallback: Queue
    # What machines may say, by network.
    messages: Mapping[str, AutomaticMessage]

    @classmethod
    def today(cls) -> Self:
        """Four queries, whatever the size of the batch; one more where messages are switched on."""
        teams = list(Queue.objects.in_order().prefetch_related("opening_hours")) or [Queue.objects.first_of_all()]
        queues = {queue.code: queue for queue in teams}
        codes: dict[int | None, str] = {queue.pk: queue.code for queue in queues.values()}
        services = {service.code: service for service in Service.objects.offered().order_by("pk")}
        on = AutomaticMessage.objects.filter(network=OuterRef("network"), on_since__isnull=False)
        accounts = Account.objects.linked().order_by("pk").annotate(speaks_by_itself=Exists(on))
        rows = list(accounts.values_list("external_id", "handle", "queue", "speaks_by_itself"))
        names = [(name, codes.get(queue)) for external_id, handle, queue, _on in rows for name in (external_id, handle)]
        words = [_words(service, queue=codes[service.queue_id]) for service in services.values()]
        return cls(
            snapshot=_compiled(tuple(words), tuple(names)),
            queues=queues,
            services=services,
            weeks={queue.pk: queue.week() for queue in queues.values()},
            fallback=next((queue for queue in teams if queue.is_fallback), teams[0]),
            messages=messages_on() if any(speaks for *_names, speaks in rows) else {},
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a post says, taken by itself."""

    post: Post
    kind: str
    language: str
    queue: Queue
    service: Service | None
    is_urgent: bool
    evidence: list[dict[str, Any]]
    opts_out: bool = False

    @property
    def names_a_team(self) -> bool:
        """It mentions one team's own account."""
        return any(reason["signal"] == "address" for reason in self.evidence)

    def decided(self, *, joins: ServiceRequest | Post | None) -> Sorted:
        """With what its thread says."""
        return Sorted(
            post=self.post,
            kind=self.kind,
            language=self.language,
            queue=self.queue,
            service=self.service,
            is_urgent=self.is_urgent,
            is_private=self.post.is_confidential or bool(self.service and self.service.is_private),
            opens=self._opens,
            joins=joins,
            evidence=self.evidence,
            # On the town's own site nobody has an account to be answered at.
            follow_token=secrets.token_urlsafe(16) if self.post.network == Network.PLAZA else None,
            opts_out=self.opts_out,
        )

    def apart(self, target: ServiceRequest | Post) -> Self:
        """Said in confidence below what everybody reads: a matter of its own, whatever it reads like."""
        if self.opts_out or self.kind == Kind.THANKS:
            return self
        detail = [target.pk] if isinstance(target, ServiceRequest) else []
        evidence = [*self.evidence, {"signal": "in_confidence", "detail": detail}]
        return replace(self, kind=Kind.PROBLEM if self.kind == Kind.OTHER else self.kind, evidence=evidence)

    @property
    def _opens(self) -> bool:
        """Chatter on a network is nobody's work; whoever fills in the town's own form wants something of it."""
        idle = {Kind.THANKS} if self.post.network == Network.PLAZA else {Kind.THANKS, Kind.OTHER}
        return self.kind not in idle


def read(post: Post, *, desk: Desk) -> Reading:
    """Pure: a classifier joins in `signals.SIGNALS`, and nothing here changes."""
    view = look(post.text, mentions=post.mentions)
    if post.service_id is not None:
        return _chosen(post, desk=desk, view=view)
    if post.network != Network.PLAZA and asks_to_stop(view):
        return _stop(post, desk=desk, view=view)
    routing = route(view, post.mentions, desk.snapshot)
    kind, kind_evidence = kind_of(view, routing=routing)
    alarm = danger(view)
    evidence = [*routing.evidence, kind_evidence, *([alarm] if alarm else [])]
    return Reading(
        post=post,
        kind=kind,
        language=guess_language(view, post.language),
        queue=desk.queues.get(routing.queue or "", desk.fallback),
        service=desk.services.get(routing.service or ""),
        is_urgent=alarm is not None,
        evidence=[_plain(one) for one in evidence],
    )


def _chosen(post: Post, *, desk: Desk, view: TextView) -> Reading:
    """Whoever chose a service asked for it: there is nothing to guess but the danger."""
    service = next(service for service in desk.services.values() if service.pk == post.service_id)
    alarm = danger(view)
    return Reading(
        post=post,
        kind=Kind.PROBLEM,
        language=guess_language(view, post.language),
        queue=next(queue for queue in desk.queues.values() if queue.pk == service.queue_id),
        service=service,
        is_urgent=alarm is not None,
        evidence=[{"signal": "chosen", "detail": [service.code]}, *([_plain(alarm)] if alarm else [])],
    )


def _stop(post: Post, *, desk: Desk, view: TextView) -> Reading:
    """It wants nothing but peace."""
    return Reading(
        post=post,
        kind=Kind.OTHER,
        language=guess_language(view, post.language),
        queue=desk.fallback,
        service=None,
        is_urgent=False,
        evidence=[],
        opts_out=True,
    )


@lru_cache(maxsize=4)
def _compiled(services: tuple[ServiceWords, ...], accounts: tuple[tuple[str, str | None], ...]) -> Snapshot:
    """Services change a few times a year; their compiled words are used a thousand times a day."""
    return compile_snapshot(services, dict(accounts))


def _words(service: Service, *, queue: str) -> ServiceWords:
    keywords = tuple((language, word) for language, words in service.keywords.items() for word in words)
    return ServiceWords(code=service.code, queue=queue, keywords=keywords, hashtags=tuple(service.hashtags))


def _plain(evidence: Evidence) -> dict[str, Any]:
    return {"signal": evidence.signal, "detail": list(evidence.detail)}
