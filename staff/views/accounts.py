"""The town's accounts: how each fares and what it costs, whose voice it is, pause and farewell."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app import glance, linking
from requests_app.models import Account, Network
from requests_app.networks.contract import NetworkUnavailable
from requests_app.triage.offensive import offence
from requests_app.triage.words import look
from requests_app.workflow import automatic
from staff import access
from staff.accounts.forms import VoiceForm
from staff.accounts.pages import sections, shown

PAGE = {"section": "settings", "part": "accounts", "sees_dashboard": True}


@require_safe
@access.administrator
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, by network."""
    return render(request, "staff/accounts/accounts.html", {**PAGE, "sections": sections()})


@require_safe
@access.administrator
def account(request: HttpRequest, account: int) -> HttpResponse:
    """One of them, with all that may be done."""
    return _page(request, _linked(account))


@require_POST
@access.administrator
def account_read(request: HttpRequest, account: int) -> HttpResponse:
    """The test read: asks the network now, keeps nothing."""
    found = _linked(account)
    try:
        glimpse = glance.glance(found)
        # Nothing has sorted these.
        insulting = {post.external_id for post in glimpse.newest if offence(look(post.text))}
        return _page(request, found, glimpse=glimpse, insulting=insulting)
    except NetworkUnavailable as failure:
        return _page(request, found, trouble=glance.why_not(found, failure))


@require_POST
@access.administrator
def account_voice(request: HttpRequest, account: int) -> HttpResponse:
    """Whose voice it is."""
    found = _linked(account)
    form = VoiceForm(request.POST, account=found)
    if not form.is_valid():
        return _page(request, found, form=form)
    linking.give_voice(found, form.chosen())
    messages.success(request, _("It speaks for %(voice)s now.") % {"voice": shown(found).voice})
    return redirect("account", account=found.pk)


@require_POST
@access.administrator
def account_switch(request: HttpRequest, account: int, switch: str) -> HttpResponse:
    """Pause and resume; whether its people also use the network's own app; the network's bot mark."""
    found = _linked(account)
    match switch:
        case "pause":
            linking.pause(found)
            messages.success(request, _("It is paused: it is neither read nor written with."))
        case "resume":
            linking.resume(found)
            messages.success(request, _("It is read again, from where it was."))
            if found.network in automatic.messages_on():
                _mark(request, found)
        case "own":
            linking.read_own(found, request.POST.get("reads_own") == "on")
            messages.success(request, _("Noted."))
        case "bot":
            _mark(request, found)
        case _:
            raise Http404
    return redirect("accounts") if "listed" in request.POST else redirect("account", account=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def account_unlink(request: HttpRequest, account: int) -> HttpResponse:
    """Asks once more, then forgets the keys."""
    found = _linked(account)
    if request.method != "POST":
        return render(request, "staff/accounts/unlink.html", {**PAGE, "shown": shown(found)})
    linking.unlink(found)
    messages.success(request, _("@%(handle)s is unlinked, and its keys are erased.") % {"handle": found.handle})
    return redirect("accounts")


def _linked(number: int) -> Account:
    rows = Account.objects.exclude(network=Network.PLAZA).select_related("queue", "person")
    return get_object_or_404(rows, pk=number)


def _mark(request: HttpRequest, account: Account) -> None:
    if linking.mark_as_bot(account):
        messages.success(request, _("Readers there now see that machines write too."))
    else:
        messages.error(request, _("The network did not take the mark. Set it there by hand, or try again."))


def _page(request: HttpRequest, account: Account, *, form: VoiceForm | None = None, **more: Any) -> HttpResponse:
    context = {
        "shown": shown(account),
        "form": form or VoiceForm(account=account),
        "own_price": 100 * Decimal(settings.X_PRICES["post_read"]),
        **more,
    }
    return render(request, "staff/accounts/account.html", {**PAGE, **context})
