"""The page of a failure: told without database, session or request, since any of them may be what failed."""

from django.http import HttpRequest, HttpResponseServerError
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from civic.context import town


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponseServerError:
    return HttpResponseServerError(render_to_string("500.html", town()))
