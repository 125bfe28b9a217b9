"""Who may write: the key that came with a call."""

from typing import cast

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request

from requests_app.models import ApiKey
from requests_app.open311.errors import Problem, Refused


def key_of(request: Request) -> str:
    """From the header X-Api-Key, or the form as the standard has it. Not from the address, which ends up in logs."""
    return str(request.headers.get("X-Api-Key") or form_of(request).get("api_key") or "").strip()


def form_of(request: Request) -> QueryDict:
    """What was sent; only forms are taken."""
    return cast("QueryDict", request.data)


def check(request: Request) -> ApiKey:
    """The key's row. Raises Refused (403)."""
    key = key_of(request)
    if not key:
        raise Refused(Problem(403, _("An API key is needed: send it as api_key, or in the header X-Api-Key.")))
    known = ApiKey.objects.matching(key).first()
    if known is None:
        raise Refused(Problem(403, _("This API key is not known, or no longer active.")))
    return known
