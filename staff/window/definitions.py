"""What each figure of the mayor's window means, in a sentence or two."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Definition:
    name: Promise
    text: Promise


DEFINITIONS = {
    "received": Definition(
        _("Received"),
        _("Requests posted in this time, by the town's clock. Two that were merged count once."),
    ),
    "answered": Definition(
        _("Answered"),
        _(
            "Those of them that a person has answered, from the moment the answer could be read. Automatic notes never count."
        ),
    ),
    "resolved": Definition(
        _("Resolved"),
        _("Those of them whose work is done. Declined is not resolved."),
    ),
    "median": Definition(
        _("Half within"),
        _(
            "The median: half of them waited less, half waited longer. It counts from the post to the first answer, or to the repair. The small number says how many cases stand behind it; under five it says too few."
        ),
    ),
    "p90": Definition(
        _("Nine of ten within"),
        _("Of ten residents, nine waited less than this. Under five cases it says too few."),
    ),
    "open": Definition(
        _("Open now"),
        _("Everything not yet resolved or declined at this moment, whenever it was posted."),
    ),
    "late": Definition(
        _("Late"),
        _("Open, and the answer, the promise or the repair was due before now."),
    ),
    "backlog": Definition(
        _("Backlog"),
        _(
            "How many stood open at each step of this time, from its beginning to its end. A request counts for the team that has it today."
        ),
    ),
    "hours": Definition(
        _("Opening hours"),
        _("The same waits, counting only the time when the team was open."),
    ),
    "usual": Definition(
        pgettext_lazy("a usual day", "Usually"),
        _(
            "The middle of the same weekday in the last eight weeks, up to the same time of day. Where fewer than five such days are known, every day of those weeks; under five days nothing is called usual."
        ),
    ),
    "trend": Definition(
        _("Received and answered"),
        _("Of the requests posted in each step, how many came and how many of those are answered by now."),
    ),
    "spread": Definition(
        _("How long an answer took"),
        _("Every request of this time, by how long its author waited for the first answer of a person."),
    ),
    "areas": Definition(
        _("Per 1,000 residents"),
        _(
            "Requests of this time whose place is known, for every 1,000 people who live there, beside the same stretch of the weeks before. Silent: less than half of what its residents would send if all parts sent alike. More than usual: by half or more. Both only where chance would hardly do it; under five cases it says too few."
        ),
    ),
    "spots": Definition(
        _("Spots"),
        _("A hundred metres from which five or more requests came in this time."),
    ),
    "rises": Definition(
        _("Rising"),
        _(
            "Services asked for at least half as often again as in the same stretch of the weeks before, five times or more, and hardly by chance."
        ),
    ),
    "promises": Definition(
        _("Promises kept"),
        _(
            "Promises that fell due in this time: kept if the work was done by then. The last promise of each request counts; what was passed on or declined is nobody's promise any more."
        ),
    ),
    "thanks": Definition(
        _("Thanks"),
        _("Posts that say thank you, to a request or to nobody in particular, and taps on “thank you” on the square."),
    ),
    "spend": Definition(
        _("Spend"),
        _("What the networks bill for reading and answering, by the town's own ledger, this calendar month."),
    ),
}
