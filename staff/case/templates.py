"""Words that are said often: which of them fit a request, in which language, and how they are kept."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from requests_app.models import Queue
from requests_app.models.text import in_readers_language
from staff.case.composer import language_name
from staff.models import Template

# No team says more than this by heart.
MOST = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as one request's composer offers it, in the language that its resident reads, if it has that."""

    template: Template
    name: str
    text: str
    language: str
    # How people call that language; and whether the resident reads it.
    language_name: str
    is_theirs: bool

    @property
    def texts(self) -> str:
        """Every language, for the boxes of others who asked, as an attribute carries it."""
        return json.dumps(self.template.texts, ensure_ascii=False)


def for_teams(queues: Iterable[int]) -> list[Template]:
    """Everybody's and those of these teams (ids), in their order. One query."""
    return list(Template.objects.filter(Q(queue=None) | Q(queue__in=list(queues))).select_related("queue")[:MOST])


def offers(queue: Queue, *, language: str) -> list[Offer]:
    """What may be said about a request of that team. One query."""
    return [_offer(template, language=language) for template in for_teams([queue.pk])]


def text_in(template: Template, *, language: str) -> tuple[str, str]:
    """The words with their language: that one, else the town's, else any."""
    for code in (language, settings.LANGUAGE_CODE, *template.texts):
        if template.texts.get(code):
            return template.texts[code], code
    return "", language


@transaction.atomic
def move(template: Template, *, up: bool) -> None:
    """One place up or down; all are numbered anew, so that two in one place part."""
    rows = list(Template.objects.select_for_update().order_by("position", "id"))
    at = next((place for place, row in enumerate(rows) if row.pk == template.pk), None)
    to = None if at is None else at - 1 if up else at + 1
    if at is not None and to is not None and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows):
        row.position = place
    Template.objects.bulk_update(rows, ["position"])


@transaction.atomic
def fill(town: Sequence[dict[str, object]]) -> int:
    """The first templates of a town that has none: `{"names": …, "texts": …, "queue": code or null}`."""
    if Template.objects.exists():
        return 0
    queues = {queue.code: queue for queue in Queue.objects.all()}
    rows = [
        Template(names=one["names"], texts=one["texts"], queue=queues.get(str(one.get("queue"))), position=place)
        for place, one in enumerate(town)
    ]
    return len(Template.objects.bulk_create(rows))


def _offer(template: Template, *, language: str) -> Offer:
    text, code = text_in(template, language=language)
    return Offer(
        template,
        name=in_readers_language(template.names),
        text=text,
        language=code,
        language_name="" if code == get_language() and code == language else language_name(code),
        is_theirs=code == language,
    )
