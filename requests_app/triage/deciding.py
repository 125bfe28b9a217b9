"""One post, one decision: what it is, whose work, which request; with the reasons a dispatcher reads."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

from django.db.models import Exists, OuterRef

from requests_app.models import Account, AutomaticMessage, Kind, Network, Post, Queue, Rule, Service, ServiceRequest
from requests_app.opening_hours import Week
from requests_app.triage.confidential import secret
from requests_app.triage.dangers import urgency
from requests_app.triage.kinds import kind_of
from requests_app.triage.languages import guess_language
from requests_app.triage.learned.model import Model
from requests_app.triage.learned.using import model_in_use
from requests_app.triage.offensive import offence
from requests_app.triage.rules import NO_RULES, Rulebook, TownRule, handle_of
from requests_app.triage.seen import Evidence, Seen, ServiceWords, Snapshot, compile_snapshot
from requests_app.triage.signals import hidden, route
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
    # By which names else (numbers, mostly) the networks know the town's accounts.
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Rulebook = NO_RULES

    @classmethod
    def today(cls) -> Self:
        """Six queries, whatever the size of the batch; one more where messages are switched on."""
        teams = list(Queue.objects.in_order().prefetch_related("opening_hours")) or [Queue.objects.first_of_all()]
        queues = {queue.code: queue for queue in teams}
        codes: dict[int | None, str] = {queue.pk: queue.code for queue in queues.values()}
        services = {service.code: service for service in Service.objects.offered().order_by("pk")}
        on = AutomaticMessage.objects.filter(network=OuterRef("network"), on_since__isnull=False)
        accounts = Account.objects.linked().order_by("pk").annotate(speaks_by_itself=Exists(on))
        rows = list(accounts.values_list("external_id", "handle", "queue", "speaks_by_itself"))
        names = [(name, codes.get(queue)) for external_id, handle, queue, _on in rows for name in (external_id, handle)]
        words = [_words(service, queue=codes[service.queue_id]) for service in services.values()]
        fallback = next((queue for queue in teams if queue.is_fallback), teams[0])
        return cls(
            snapshot=_compiled(tuple(words), tuple(names), fallback=fallback.code, model=model_in_use()),
            queues=queues,
            services=services,
            weeks={queue.pk: queue.week() for queue in queues.values()},
            fallback=fallback,
            messages=messages_on() if any(speaks for *_names, speaks in rows) else {},
            called=_called((external_id, handle) for external_id, handle, *_rest in rows),
        ).under(Rule.objects.on().select_related("service"))

    def under(self, rules: Iterable[Rule]) -> Self:
        """The same desk with these rules, in their order, and no others."""
        return replace(self, rules=_rulebook(tuple(self._rule(rule) for rule in rules)))

    def _rule(self, rule: Rule) -> TownRule:
        owner = rule.service.queue_id if rule.service else rule.queue_id
        team = next((queue.code for queue in self.queues.values() if queue.pk == owner), None)
        # What the town offers no longer is its team's own affair.
        service = rule.service.code if rule.service and rule.service.code in self.services else None
        return TownRule.of(rule, queue=team, service=service, called=self.called)


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
    # How sure it is of the kind and of the team, from 0 to 1; and whose it would be if somebody had to say.
    kind_sure: float = 1.0
    queue_sure: float = 1.0
    likeliest: Queue | None = None
    opts_out: bool = False
    # Not for the public, whatever its service says.
    is_private: bool = False
    # For colleagues folded, for the public never.
    is_offensive: bool = False

    @property
    def guess(self) -> Queue:
        """Whose it is, or would be if nobody else decided."""
        return self.likeliest or self.queue

    @property
    def is_decided(self) -> bool:
        """Without the dispatcher."""
        return not any(reason["signal"] in ("torn", "nothing") for reason in self.evidence)

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
            is_private=self.is_private or self.post.is_confidential or bool(self.service and self.service.is_private),
            opens=self._opens,
            joins=joins,
            is_offensive=self.is_offensive,
            evidence=self.evidence,
            # On the town's own site nobody has an account to be answered at.
            follow_token=secrets.token_urlsafe(16) if self.post.network == Network.PLAZA else None,
            opts_out=self.opts_out,
        )

    def apart(self, target: ServiceRequest | Post) -> Self:
        """Not for the public, below what everybody reads: a matter of its own, whatever it reads like."""
        if self.opts_out or self.kind == Kind.THANKS:
            return self
        detail = [target.pk] if isinstance(target, ServiceRequest) else []
        signal = "in_confidence" if self.post.is_confidential else "kept_apart"
        evidence = [*self.evidence, {"signal": signal, "detail": detail}]
        return replace(self, kind=Kind.PROBLEM if self.kind == Kind.OTHER else self.kind, evidence=evidence)

    @property
    def _opens(self) -> bool:
        """Chatter on a network is nobody's work; whoever fills in the town's own form wants something of it."""
        idle = {Kind.THANKS} if self.post.network == Network.PLAZA else {Kind.THANKS, Kind.OTHER}
        return self.kind not in idle


def read(post: Post, *, desk: Desk) -> Reading:
    """Pure: the post's own words, and what the town knows today."""
    view = look(post.text, mentions=post.mentions)
    if post.service_id is not None:
        return _chosen(post, desk=desk, view=view)
    if post.network != Network.PLAZA and asks_to_stop(view):
        return _stop(post, desk=desk, view=view)
    seen = Seen(view, desk.snapshot, desk.rules.applied(post, view=view))
    routing = route(seen)
    is_urgent, haste = urgency(seen)
    secrecy, insult = secret(view), offence(view)
    kind, kind_sure, kind_evidence = kind_of(seen, alarm=haste[0] if is_urgent else None)
    return Reading(
        post=post,
        kind=kind,
        language=guess_language(view, post.language),
        queue=desk.queues.get(routing.queue or "", desk.fallback),
        service=desk.services.get(routing.service or ""),
        is_urgent=is_urgent,
        is_private=seen.applied.is_private or secrecy is not None,
        is_offensive=insult is not None,
        evidence=plain(*routing.evidence, kind_evidence, *haste, *hidden(seen), *filter(None, (secrecy, insult))),
        kind_sure=kind_sure,
        queue_sure=routing.confidence,
        likeliest=desk.queues.get(routing.guesses[0] if routing.guesses else "", desk.fallback),
    )


def _chosen(post: Post, *, desk: Desk, view: TextView) -> Reading:
    """Whoever chose a service asked for it: there is nothing to guess but the danger, and who may read it."""
    service = next(service for service in desk.services.values() if service.pk == post.service_id)
    seen = Seen(view, desk.snapshot, desk.rules.applied(post, view=view))
    is_urgent, haste = urgency(seen)
    secrecy, insult = secret(view), offence(view)
    return Reading(
        post=post,
        kind=Kind.PROBLEM,
        language=guess_language(view, post.language),
        queue=next(queue for queue in desk.queues.values() if queue.pk == service.queue_id),
        service=service,
        is_urgent=is_urgent,
        is_private=seen.applied.is_private or secrecy is not None,
        is_offensive=insult is not None,
        evidence=plain(Evidence("chosen", (service.code,)), *haste, *hidden(seen), *filter(None, (secrecy, insult))),
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
def _compiled(
    services: tuple[ServiceWords, ...], accounts: tuple[tuple[str, str | None], ...], *, fallback: str, model: Model
) -> Snapshot:
    """Services change a few times a year; their compiled words are used a thousand times a day."""
    return compile_snapshot(services, dict(accounts), fallback=fallback, model=model)


def _words(service: Service, *, queue: str) -> ServiceWords:
    keywords = tuple((language, word) for language, words in service.keywords.items() for word in words)
    return ServiceWords(
        code=service.code, queue=queue, keywords=keywords, hashtags=tuple(service.hashtags), topic=service.topic
    )


@lru_cache(maxsize=4)
def _rulebook(rules: tuple[TownRule, ...]) -> Rulebook:
    return Rulebook(rules) if rules else NO_RULES


def _called(accounts: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    called: dict[str, tuple[str, ...]] = {}
    for external_id, handle in accounts:
        called[handle_of(handle)] = (*called.get(handle_of(handle), ()), handle_of(external_id))
    return called


def plain(*evidence: Evidence) -> list[dict[str, Any]]:
    """As it is kept; one reason may decide two things and is told once."""
    return [{"signal": one.signal, "detail": list(one.detail)} for one in dict.fromkeys(evidence)]
