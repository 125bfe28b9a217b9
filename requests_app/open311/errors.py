"""What went wrong, in the standard's shape: one or several problems, each a code and a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import exceptions
from rest_framework.response import Response


@dataclass(frozen=True, slots=True)
class Problem:
    code: int
    description: str


class Refused(Exception):
    """The call was understood and cannot be done; each problem says why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def missing(description: str) -> Refused:
    """There is no such thing, or not for everybody."""
    return Refused(Problem(HTTPStatus.NOT_FOUND, description))


def nothing_here() -> str:
    return _("There is nothing at this address.")


def wrong(errors: Mapping[str, Any]) -> list[Problem]:
    """The problems of a form, by field, in plain sentences that name the field."""
    return [
        Problem(HTTPStatus.BAD_REQUEST, sentence if field == "non_field_errors" else f"{field}: {sentence}")
        for field, found in errors.items()
        for sentence in _sentences(found)
    ]


def answer(failure: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to a failed call. None for what nobody expected: that is logged and told as any other crash."""
    problems, headers = _problems(failure, context), {}
    if not problems:
        return None
    if isinstance(failure, exceptions.Throttled):
        headers["Retry-After"] = str(_seconds(failure))
    elif isinstance(failure, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response([asdict(problem) for problem in problems], status=_status(problems), headers=headers)


def _problems(failure: Exception, context: Mapping[str, Any]) -> Sequence[Problem]:
    match failure:
        case Refused():
            return failure.problems
        case Http404() | exceptions.NotFound():
            return [Problem(404, nothing_here())]
        case exceptions.Throttled():
            return [Problem(429, _too_many(_seconds(failure)))]
        case exceptions.MethodNotAllowed():
            return [Problem(405, _("This address does not take %(method)s.") % {"method": context["request"].method})]
        case exceptions.UnsupportedMediaType():
            return [
                Problem(400, _("Send a form: application/x-www-form-urlencoded, or multipart/form-data with photos."))
            ]
        case RequestDataTooBig():
            return [Problem(400, _("That is too much at once."))]
        case exceptions.ParseError() | SuspiciousOperation():
            return [Problem(400, _("The call could not be read."))]
    return []


def _status(problems: Sequence[Problem]) -> int:
    """The problems' own code when they agree; otherwise it was a bad call all in all."""
    codes = {problem.code for problem in problems}
    return codes.pop() if len(codes) == 1 else HTTPStatus.BAD_REQUEST


def _too_many(seconds: int) -> str:
    return ngettext(
        "Too many calls. Try again in %(count)s second.", "Too many calls. Try again in %(count)s seconds.", seconds
    ) % {"count": seconds}


def _seconds(failure: exceptions.Throttled) -> int:
    return max(1, int(getattr(failure, "wait", None) or 60))


def _sentences(found: Any) -> Iterator[str]:
    """DRF nests its errors in lists and dicts."""
    if isinstance(found, Mapping):
        for one in found.values():
            yield from _sentences(one)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _sentences(one)
    else:
        yield str(found)
