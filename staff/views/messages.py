"""What may leave without a person: off, until an administrator switches it on with the network's rules in view."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import linking, workflow
from requests_app.models import Account, AutomaticMessage, Network, Occasion
from requests_app.workflow import automatic
from staff import access
from staff.accounts.message_form import MessageForm

PAGE = {"section": "settings", "part": "messages", "sees_dashboard": True}
NETWORKS = (Network.X, Network.MASTODON, Network.BLUESKY)


@dataclass(frozen=True, slots=True)
class Switch:
    """One network's message: what it says, whether it leaves, and the rules it leaves under."""

    network: Network
    message: AutomaticMessage | None
    form: MessageForm
    rules: list[str]
    is_linked: bool


@require_safe
@access.administrator
def automatic_messages(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def automatic_message(request: HttpRequest, network: str) -> HttpResponse:
    """On, with new texts or none, or off."""
    if network not in NETWORKS:
        raise Http404
    if request.method != "POST":
        # A refused form's page has this address; somebody may load it anew, or in another language.
        return redirect("automatic_messages")
    if "off" in request.POST:
        automatic.switch_off(network)
        messages.success(request, _("It is off. Nothing leaves without a person there."))
        return redirect("automatic_messages")
    form = MessageForm(request.POST, network=network)
    if not form.is_valid():
        return _page(request, network=network, form=form)
    try:
        automatic.switch_on(
            network, texts=form.texts(), by=access.person(request), rules_read=form.cleaned_data["rules_read"]
        )
    except workflow.Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, network=network, form=form)
    messages.success(request, _("It is on."))
    _mark(request, network)
    return redirect("automatic_messages")


def _mark(request: HttpRequest, network: str) -> None:
    """The networks want the bot's mark on accounts through which machines write."""
    unmarked = [one.handle for one in Account.objects.linked().filter(network=network) if not linking.mark_as_bot(one)]
    if unmarked:
        words = {"handles": ", ".join(f"@{handle}" for handle in unmarked), "network": Network(network).label}
        sentence = _("Set the mark of a bot on %(network)s by hand, in the profiles of these accounts: %(handles)s.")
        messages.warning(request, sentence % words)


def _page(request: HttpRequest, *, network: str = "", form: MessageForm | None = None) -> HttpResponse:
    """Every network; `form` is the one that was just refused."""
    kept = {
        message.network: message
        for message in AutomaticMessage.objects.filter(occasion=Occasion.RECEIVED).select_related("switched_on_by")
    }
    linked = set(Account.objects.linked().values_list("network", flat=True))
    switches = [
        Switch(
            network=one,
            message=kept.get(one),
            form=form if form and one == network else MessageForm(network=one, initial=_initial(kept.get(one))),
            rules=automatic.rules(one),
            is_linked=one in linked,
        )
        for one in NETWORKS
    ]
    return render(request, "staff/accounts/messages.html", {**PAGE, "switches": switches})


def _initial(message: AutomaticMessage | None) -> dict[str, Any]:
    return {f"text_{code}": message.texts.get(code, "") for code, _name in settings.LANGUAGES} if message else {}
