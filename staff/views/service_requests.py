"""One request: its page, and the verbs that people use on it."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.roles import may_see
from staff import access, drafts, presence
from staff.case.forms import FORMS
from staff.case.meanwhile import done_already, still_valid, told_since
from staff.case.speech_forms import VerbForm
from staff.case.story import Story, read_story
from staff.case.thread import Said
from staff.desk import panes

# Where a session keeps what the last act was sent with, should it be taken back.
SENT = "sent"
# The verbs that one composer serves.
SPEECH = ("accept", "answer")


@require_safe
@access.desk
def desk_request(request: HttpRequest, number: int) -> HttpResponse:
    """The request beside its list."""
    service_request = access.seen_request(access.person(request), number)
    if service_request.merged_into_id is not None:
        return redirect("desk_request", number=service_request.merged_into_id)
    return page(request, service_request)


@require_http_methods(["GET", "HEAD", "POST"])
@access.desk
def desk_verb(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One verb, once. Whatever was typed is kept when it is refused."""
    user = access.person(request)
    if verb not in FORMS:
        raise Http404
    if request.method != "POST":
        # A refused form's page has this address; somebody may load it anew.
        return redirect("desk_request", number=number)
    service_request = access.seen_request(user, number)
    access.require_verb(user, verb, service_request)
    story = read_story(service_request, by=user)
    form = story.form(verb, request.POST, request.FILES)
    if "preview" in request.POST:
        return page(request, service_request, story=story, refused=form, previewing=True)
    if done_already(form, story.events, by=user):
        return _back(request, service_request)
    if not form.is_valid():
        _keep(form, by=user)
        return page(request, service_request, story=story, refused=form)
    try:
        version = still_valid(form, story)
        after = form.act(service_request, by=user, version=version)
    except workflow.Refusal as refusal:
        _keep(form, by=user)
        return _refuse(request, form, refusal)
    drafts.drop(service_request, drafts.form_of(verb), by=user)
    _remember(request, form, by=user)
    # The key that takes back means the newest act.
    request.session.pop(panes.KEPT_OUTCOME, None)
    if not may_see(user, after):
        messages.success(
            request, _("No. %(number)s is with %(team)s now.") % {"number": after.pk, "team": after.queue.name}
        )
        return redirect("desk")
    return _back(request, after)


def _keep(form: VerbForm, *, by: User) -> None:
    """What was refused comes back on another device too."""
    if (kind := drafts.form_of(form.verb)) in drafts.LEAVE:
        drafts.keep(form.service_request, kind, drafts.fields_of(form.data), by=by, over="any")


def _remember(request: HttpRequest, form: VerbForm, *, by: User) -> None:
    """Every field of it, also what an act does not write down as it was typed."""
    acts = form.service_request.events.filter(by=by).order_by("-pk").values_list("pk", flat=True)
    request.session[SENT] = {"event": acts.first(), "fields": drafts.fields_of(form.data)}


def _back(request: HttpRequest, service_request: ServiceRequest) -> HttpResponse:
    return redirect(reverse("desk_request", args=[service_request.pk]) + panes.carried(request))


def _refuse(request: HttpRequest, form: VerbForm, refusal: workflow.Refusal) -> HttpResponse:
    """The page as it is now, with the reason on top and the form as it was typed."""
    user = access.person(request)
    fresh = access.seen_request(user, form.service_request.pk)
    if fresh.merged_into_id is not None:
        messages.error(request, str(refusal))
        return redirect("desk_request", number=fresh.merged_into_id)
    return page(request, fresh, story=read_story(fresh, by=user), refused=form, refusal=refusal)


def page(
    request: HttpRequest,
    service_request: ServiceRequest,
    *,
    story: Story | None = None,
    refused: VerbForm | None = None,
    refusal: workflow.Refusal | None = None,
    editing: Said | None = None,
    edited_text: str = "",
    previewing: bool = False,
) -> HttpResponse:
    """The whole page; with `editing`, that message can be said in other words below the thread."""
    user = access.person(request)
    beside = panes.chosen_list(request, beside=service_request)
    pane = panes.list_pane(request, beside, opened=service_request)
    story = story or read_story(service_request, by=user)
    presence.look(service_request, by=user, has_unsent_text=bool(story.drafts))
    seen = refused.data.get("seen", "") if refused else request.GET.get("seen", "")
    forms = story.forms(refused=refused)
    _put_in(request.GET.get("template", ""), forms, story=story)
    context = {
        **pane,
        "service_request": service_request,
        "story": story,
        "forms": forms,
        "others_here": story.others_here,
        "replies_here": _replies_here(request, story),
        "previewing": previewing,
        "speech": refused if refused and refused.verb in SPEECH else forms.get("accept") or forms.get("answer"),
        "speech_verb": next((verb for verb in SPEECH if verb in forms), ""),
        "refused": refused,
        "refusal": refusal,
        "changed": isinstance(refusal, workflow.ChangedMeanwhile),
        "news": told_since(story.events, seen=seen, by=user),
        "editing": editing,
        "edited_text": edited_text,
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "staff/requests/live.html", context)
    status = 200 if previewing else _status(refused, refusal)
    return render(request, "staff/requests/request.html", context, status=status)


def _replies_here(request: HttpRequest, story: Story) -> list[int]:
    """The messages whose bubbles the browser has: of one that was written since, there is nothing to keep fresh."""
    numbers = [said.reply.pk for said in story.thread if said.reply]
    if not request.htmx or "fresh" in request.GET:  # type: ignore[attr-defined]
        return numbers
    shown = set(request.GET.getlist("reply"))
    return [number for number in numbers if str(number) in shown]


def _put_in(number: str, forms: dict[str, VerbForm], *, story: Story) -> None:
    """The template that was chosen without script, below what is typed already."""
    chosen = next((offer for offer in story.templates if str(offer.template.pk) == number), None) if number else None
    for verb in SPEECH:
        if chosen and verb in forms and not forms[verb].is_bound:
            typed = str(forms[verb].initial.get("text", "")).strip()
            forms[verb].initial["text"] = f"{typed}\n{chosen.text}".strip()


def _status(refused: VerbForm | None, refusal: workflow.Refusal | None) -> int:
    if isinstance(refusal, workflow.ChangedMeanwhile):
        return 409
    return 422 if refused or refusal else 200
