"""Trying a rule: what it would have done with what residents wrote last month, had it been switched on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from requests_app.models import Post, Queue, Rule, Urgency
from requests_app.triage.deciding import Desk, read
from requests_app.triage.words import look

A_MONTH = timedelta(days=31)
# The newest of them; more would keep whoever tries it waiting.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Caught:
    """One post for which the rule holds, and what would have become of it; `went`: None for what is kept apart."""

    post: Post
    went: Queue | None
    # None: where it went.
    goes: Queue | None
    becomes_urgent: bool
    becomes_calm: bool
    becomes_private: bool

    @property
    def changes(self) -> bool:
        return self.goes is not None or self.becomes_urgent or self.becomes_calm or self.becomes_private


@dataclass(frozen=True, slots=True)
class Trial:
    """`looked_at`: how many posts were asked; those that would change come first in `caught`, each newest first."""

    looked_at: int
    caught: Sequence[Caught]

    @property
    def elsewhere(self) -> int:
        return sum(one.goes is not None for one in self.caught)

    @property
    def stay(self) -> int:
        return len(self.caught) - self.elsewhere

    @property
    def urgent(self) -> int:
        return sum(one.becomes_urgent for one in self.caught)

    @property
    def calm(self) -> int:
        return sum(one.becomes_calm for one in self.caught)

    @property
    def private(self) -> int:
        return sum(one.becomes_private for one in self.caught)


def try_on_last_month(rule: Rule) -> Trial:
    """The newest posts of a month; writes nothing."""
    posts = Post.objects.sorted_since(timezone.now() - A_MONTH)[:MOST]
    others = Rule.objects.on().exclude(pk=rule.pk).select_related("service")
    return try_rule(rule, others=list(others), posts=list(posts), desk=Desk.today())


def try_rule(rule: Rule, *, others: Sequence[Rule], posts: Sequence[Post], desk: Desk) -> Trial:
    """Pure. `others`: the rules that are on; the ones before it have their say first."""
    alone = desk.under([rule]).rules
    among = desk.under(sorted((*others, rule), key=lambda one: (one.position, one.pk)))
    held = [post for post in posts if alone.applied(post, view=look(post.text, mentions=post.mentions)).rules]
    caught = [_caught(post, rule=rule, desk=among) for post in held if _is_offered(post, desk=desk)]
    return Trial(len(posts), sorted(caught, key=lambda one: not one.changes))


def _is_offered(post: Post, *, desk: Desk) -> bool:
    """What was asked of a service that is gone cannot be asked again."""
    return post.service_id is None or any(service.pk == post.service_id for service in desk.services.values())


def _caught(post: Post, *, rule: Rule, desk: Desk) -> Caught:
    """Held against what became of it, so that what people put right since counts as right."""
    reading, request = read(post, desk=desk), post.service_request
    decides = {"signal": "rule", "detail": [rule.name, "team"]} in reading.evidence
    opened = request is not None and request.opening_post_id == post.pk
    # Chatter is nobody's work, unless it cannot wait.
    hastens = rule.urgency == Urgency.URGENT and reading.is_urgent
    opens = request is None and hastens and reading.decided(joins=None).opens
    moves = opens or (request is not None and opened and decides and reading.queue != request.queue)
    was_urgent = request is not None and request.is_urgent
    return Caught(
        post=post,
        went=request.queue if request else None,
        goes=reading.queue if moves else None,
        becomes_urgent=hastens and not was_urgent and (opens or request is not None),
        becomes_calm=rule.urgency == Urgency.CALM and opened and was_urgent and not reading.is_urgent,
        becomes_private=rule.makes_private and request is not None and not request.is_private,
    )
