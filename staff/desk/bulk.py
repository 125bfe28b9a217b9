"""One act on many requests: each by its own verb in its own transaction, and told one by one what could not be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.models import Event, Queue, ServiceRequest
from requests_app.roles import seen_by
from staff.access import verbs_for
from staff.case.templates import for_teams, text_in
from staff.models import Template
from staff.people import colleagues, name_of

# More than a page of the list is never ticked.
MOST = 100
Act = Callable[[ServiceRequest], ServiceRequest]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose to do to each that they ticked, and the verb it needs."""

    verb: str
    act: Act


@dataclass(slots=True)
class Outcome:
    """What became of each: the numbers done, the reasons of the others, the events that can be taken back."""

    # What was chosen, as the bar calls it.
    what: str = ""
    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    events: list[int] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """As a session keeps it until the next page."""
        return {"what": self.what, "done": self.done, "refused": self.refused, "events": self.events}


@dataclass(frozen=True, slots=True)
class Cost:
    """How many messages an answer to many would be, and the US dollars that networks bill for them."""

    choice: str
    messages: int
    price: Decimal

    @property
    def priced(self) -> str:
        """As the form carries what was read, in no language's way of writing it."""
        return str(self.price)


def answers() -> list[tuple[str, str]]:
    """The words that may be said to many: those without blanks. Two queries."""
    return [(f"say {one.pk}", one.name) for one in for_teams(_queues()) if not _has_blanks(one)]


def offers(by: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of the bar, by their headings. Three queries."""
    teams = list(Queue.objects.in_order())
    said = for_teams(queue.pk for queue in teams)
    return [
        (_("Assign to"), [(f"assign {one.pk}", name_of(one)) for one in colleagues()]),
        (_("Move to"), [(f"move {queue.code}", queue.name) for queue in teams]),
        (_("Answer with"), [(f"say {one.pk}", one.name) for one in said if not _has_blanks(one)]),
        (_("Together"), [("join", _("Join them into the oldest"))]),
    ]


def act(choice: str, numbers: Iterable[int], *, by: User) -> Outcome:
    """Does it to each of these requests that the person may work. Raises workflow.Refusal where the choice makes no sense."""
    requests = _ticked(numbers, by=by)
    if not requests:
        raise workflow.Refusal(_("Tick the requests first."))
    outcome = Outcome(_words(choice, by=by))
    if choice == "join":
        return _join(requests, by=by, outcome=outcome)
    chosen = _chosen(choice, by=by)
    for one in requests:
        if _is_allowed(chosen.verb, one, by=by, outcome=outcome):
            _do(one, chosen, by=by, outcome=outcome)
    return outcome


def cost(choice: str, numbers: Iterable[int], *, by: User) -> Cost:
    """What it would cost to say this to all of these; nothing for an act without words."""
    template = _template(choice)
    if template is None or _has_blanks(template):
        return Cost(choice, 0, Decimal())
    allowed = [one for one in _ticked(numbers, by=by) if "answer" in verbs_for(by, one)]
    prices = [price for one in allowed for price in _prices(one, template, by=by)]
    return Cost(choice, len(prices), sum((price or Decimal() for price in prices), Decimal()))


def undo(events: Iterable[int], *, by: User) -> Outcome:
    """Takes back what can be taken back, the newest first."""
    outcome = Outcome()
    for event in Event.objects.filter(pk__in=list(events)[:MOST], by=by).order_by("-pk"):
        try:
            workflow.undo(event, by=by)
        except workflow.Refusal as refusal:
            outcome.refused.append((event.service_request_id, str(refusal)))
        else:
            outcome.done.append(event.service_request_id)
    return outcome


def _ticked(numbers: Iterable[int], *, by: User) -> list[ServiceRequest]:
    rows = seen_by(by).filter(pk__in=list(numbers)[:MOST]).select_related("queue", "service", "opening_post__author")
    return list(rows.order_by("pk"))


def _prices(service_request: ServiceRequest, template: Template, *, by: User) -> list[Decimal | None]:
    """Of each message; none where nobody may answer."""
    heard = workflow.audience(service_request, by=by)
    try:
        return [one.price for one in workflow.outgoing(heard, _message(template, service_request), by=by)]
    except workflow.Refusal:
        return []


def _words(choice: str, *, by: User) -> str:
    """As the bar calls it."""
    offered = ((heading, *one) for heading, choices in offers(by) for one in choices)
    return next((f"{heading}: {name}" for heading, value, name in offered if value == choice), "")


def _is_allowed(verb: str, service_request: ServiceRequest, *, by: User, outcome: Outcome) -> bool:
    allowed = verb in verbs_for(by, service_request)
    if not allowed:
        outcome.refused.append((service_request.pk, _("That cannot be done to it, or not by you.")))
    return allowed


def _do(service_request: ServiceRequest, chosen: Chosen, *, by: User, outcome: Outcome) -> None:
    try:
        chosen.act(service_request)
    except workflow.Refusal as refusal:
        outcome.refused.append((service_request.pk, str(refusal)))
        return
    outcome.done.append(service_request.pk)
    outcome.events += _newest_act(service_request, by=by)


def _join(requests: list[ServiceRequest], *, by: User, outcome: Outcome) -> Outcome:
    """All that may be joined into the oldest of them, as one act that is taken back as one."""
    allowed = [one for one in requests if _is_allowed("merge", one, by=by, outcome=outcome)]
    alike = [one for one in allowed if one.is_private == allowed[0].is_private]
    apart = _("One of them is private and the other is not: they stay apart.")
    outcome.refused += [(one.pk, apart) for one in allowed if one not in alike]
    if len(alike) < 2:
        if outcome.refused:
            return outcome
        raise workflow.Refusal(_("Tick at least two to join them."))
    into, *others = alike
    workflow.join(others, into=into, by=by)
    outcome.done = [one.pk for one in others]
    outcome.events = _newest_act(into, by=by)
    return outcome


def _newest_act(service_request: ServiceRequest, *, by: User) -> list[int]:
    """The event by which the person's last act there is taken back."""
    events = Event.objects.filter(service_request=service_request, by=by).order_by("-pk")
    return list(events.values_list("pk", flat=True)[:1])


def _chosen(choice: str, *, by: User) -> Chosen:
    what, _sep, which = choice.partition(" ")
    match what:
        case "assign":
            to = next((one for one in colleagues() if str(one.pk) == which), None)
            if to:
                return Chosen("assign", lambda one: workflow.assign(one, by=by, to=to))
        case "move":
            queue = Queue.objects.filter(code=which).first()
            if queue:
                return Chosen("transfer", lambda one: workflow.transfer(one, by=by, queue=queue))
        case "say":
            template = _template(choice)
            if template and _has_blanks(template):
                raise workflow.Refusal(_("Those words have a blank to fill in: answer one by one."))
            if template:
                return Chosen("answer", lambda one: workflow.answer(one, by=by, message=_message(template, one)))
    raise workflow.Refusal(_("Choose what to do with them."))


def _template(choice: str) -> Template | None:
    """The words of that choice; None for an act without any."""
    what, _sep, which = choice.partition(" ")
    if what != "say":
        return None
    return next((one for one in for_teams(_queues()) if str(one.pk) == which), None)


def _message(template: Template, service_request: ServiceRequest) -> workflow.Message:
    """In the resident's language where the template has it, and in theirs for the others who asked."""
    text, _language = text_in(template, language=service_request.language)
    return workflow.Message(text=text, texts=template.texts)


def _has_blanks(template: Template) -> bool:
    """Such words are filled in one by one."""
    return any("{{" in text for text in template.texts.values())


def _queues() -> list[int]:
    return list(Queue.objects.values_list("pk", flat=True))
