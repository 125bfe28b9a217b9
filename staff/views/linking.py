"""An account is linked: choose its network, say what must be said, allow it there, come back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import linking
from requests_app.linking import BY_OAUTH, CannotLink
from requests_app.models import Network
from requests_app.networks.contract import Linked
from staff import access
from staff.accounts.forms import FORMS, LinkBlueskyForm, LinkForm
from staff.accounts.handshakes import Handshake, recall, remember

PAGE = {"section": "settings", "part": "accounts", "sees_dashboard": True}


@require_safe
@access.administrator
def link(request: HttpRequest) -> HttpResponse:
    """Which network?"""
    networks = [Network(network) for network in FORMS]
    return render(request, "staff/accounts/link.html", {**PAGE, "networks": networks})


@sensitive_post_parameters("app_password")
@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def link_network(request: HttpRequest, network: str) -> HttpResponse:
    """What that network asks for, and the way there."""
    if network not in FORMS:
        raise Http404
    form = FORMS[network](request.POST or None)
    if form.is_valid():
        try:
            return _sign_in(request, form) if isinstance(form, LinkBlueskyForm) else _begin(request, network, form)
        except CannotLink as refusal:
            form.add_error(None, str(refusal))
    return render(request, f"staff/accounts/link_{network}.html", _form_page(network, form))


@require_safe
@access.administrator
def link_back(request: HttpRequest, network: str) -> HttpResponse:
    """Where the network sends the administrator afterwards, with a code or with a no."""
    if network not in BY_OAUTH:
        raise Http404
    handshake = recall(request, network=network)
    try:
        linked = _completed(request, handshake, network=network)
    except CannotLink as refusal:
        messages.error(request, str(refusal))
        return redirect("link_network", network=network)
    return _store(request, linked, network=network, since_now=bool(handshake and handshake.since_now))


def _begin(request: HttpRequest, network: str, form: LinkForm) -> HttpResponse:
    """Hands over a plain link: browsers that keep `form-action 'self'` do not follow a form to another site."""
    begun = linking.begin(
        network, callback=_callback(network), server_url=form.server_url, name=f"Plaza, {settings.TOWN_NAME}"
    )
    since_now = form.cleaned_data["since_now"]
    remember(request, Handshake(network, begun.keep, server_url=form.server_url, since_now=since_now))
    return render(request, "staff/accounts/go_on.html", {**PAGE, "network": Network(network), "url": begun.url})


def _sign_in(request: HttpRequest, form: LinkBlueskyForm) -> HttpResponse:
    given = form.cleaned_data
    linked = linking.sign_in(given["handle"], given["app_password"], server_url=form.server_url)
    return _store(request, linked, network=Network.BLUESKY, since_now=given["since_now"])


def _completed(request: HttpRequest, handshake: Handshake | None, *, network: str) -> Linked:
    if handshake is None:
        raise CannotLink(_("That took longer than ten minutes, or was begun elsewhere. Nothing was linked."))
    if "error" in request.GET or not request.GET.get("code"):
        words = {"network": Network(network).label}
        raise CannotLink(_("It was not allowed on %(network)s. Nothing was linked.") % words)
    return linking.complete(
        network,
        handshake.keep,
        code=request.GET["code"],
        state=request.GET.get("state", ""),
        callback=_callback(network),
        server_url=handshake.server_url,
    )


def _store(request: HttpRequest, linked: Linked, *, network: str, since_now: bool) -> HttpResponse:
    account, is_new = linking.store(linked, network=network, since_now=since_now, begins=False)
    if is_new:
        messages.success(
            request, _("@%(handle)s is linked. Choose its voice, then begin.") % {"handle": account.handle}
        )
    else:
        messages.success(request, _("@%(handle)s is linked anew, and read.") % {"handle": account.handle})
    if not linking.accept_everybody(account):
        messages.warning(request, _("The server could not be told to show what strangers write to the account."))
    return redirect("account", account=account.pk)


def _callback(network: str) -> str:
    return settings.PUBLIC_URL + reverse("link_back", args=[network])


def _form_page(network: str, form: LinkForm) -> dict[str, Any]:
    return {**PAGE, "network": Network(network), "form": form, "callback": _callback(network)}
