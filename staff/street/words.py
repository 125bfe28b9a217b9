"""Words that nobody should have to type in the street, in the language of whoever asked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest, Side
from requests_app.models.text import in_readers_language
from staff.case.templates import Offer

# The hours by which a promise of that day is kept.
BY_EVENING, BY_NOON, AT_LAST = 20, 14, 23
FRIDAY = 4


def promises(now: datetime) -> list[tuple[str, str]]:
    """What a person may promise with one tap, and how it is called."""
    week = _("This week") if timezone.localtime(now).weekday() < FRIDAY - 1 else _("Next week")
    return [("", _("No promise")), ("today", _("Today")), ("tomorrow", _("Tomorrow")), ("week", week)]


def promised_moment(promise: str, *, at: datetime) -> datetime | None:
    """The moment behind a promise that was made at `at`."""
    local = timezone.localtime(at)
    match promise:
        case "today":
            hour = BY_EVENING if local.hour < BY_EVENING - 1 else AT_LAST
            return local.replace(hour=hour, minute=59 if hour == AT_LAST else 0, second=0, microsecond=0)
        case "tomorrow":
            return _noon(local + timedelta(days=1))
        case "week":
            days = FRIDAY - local.weekday()
            return _noon(local + timedelta(days=days if days > 1 else days + 7))
        case _:
            return None


def on_it(language: str) -> dict[str, str]:
    """What is said with each promise."""
    with translation.override(language):
        return {
            "": _("I am on it."),
            "today": _("I am on it. It will be done today."),
            "tomorrow": _("I am on it. It will be done tomorrow."),
            "week": _("I am on it. It will be done within days."),
        }


def done(language: str) -> str:
    with translation.override(language):
        return _("It is done. Thank you for telling us.")


def not_ours(language: str) -> str:
    with translation.override(language):
        return _("We had a look: this is not the town hall's to do.")


def in_others(text: str, *, language: str) -> dict[str, str]:
    """The same ready words in the town's other languages; nothing where somebody wrote their own."""
    ready = _ready(language)
    if text not in ready:
        return {}
    return {code: _ready(code)[ready.index(text)] for code, _name in settings.LANGUAGES if code != language}


def shows(service_request: ServiceRequest, *, side: str, language: str) -> str:
    """What a photo shows, as a first proposal for people who cannot see it."""
    with translation.override(language):
        parts = [in_readers_language(service_request.service.names)] if service_request.service else []
        what = ", ".join([*parts, *filter(None, [service_request.address])]) or _("the place")
        if side == Side.BEFORE:
            return _("Before the work: %(what)s") % {"what": what}
        return _("After the work: %(what)s") % {"what": what}


def of_the_team(offers: list[Offer]) -> list[Offer]:
    """A team's own words that tell and can leave as they are: in the street nobody fills blanks."""
    return [
        one for one in offers if one.template.queue_id and one.text and "{{" not in one.text and "?" not in one.text
    ]


def _ready(language: str) -> list[str]:
    return [*on_it(language).values(), done(language), not_ours(language)]


def _noon(day: datetime) -> datetime:
    return day.replace(hour=BY_NOON, minute=0, second=0, microsecond=0)
