"""The street's pages: the day, one request, and the one door for what was done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.roles import is_staff_member, queues_of
from staff import access, shifts
from staff.alarms import alarms
from staff.case.meanwhile import done_already, still_valid
from staff.case.story import read_story
from staff.rising import warnings
from staff.street.acts import Act, Answer, Kind, Outcome, carry_out
from staff.street.doing import do
from staff.street.forms import ActForm
from staff.street.page import read_page
from staff.street.work import Day, day_of
from staff.street.worker import phone_words


@require_safe
@access.desk
def street(request: HttpRequest) -> HttpResponse:
    """Today's work, as a list or on the map."""
    user, now = access.person(request), timezone.now()
    day = day_of(user, now=now)
    context = {
        **_frame(request, day),
        # Whoever sees the whole town has them at the desk.
        "warnings": [one for one in warnings(user) if one.teams & queues_of(user)],
        "on_map": request.GET.get("view") == "map",
        "handovers": shifts.handovers(user, now=now),
        "next": day.stops[0] if day.stops else None,
    }
    return render(request, "staff/street/street.html", context)


@require_safe
@access.desk
def street_request(request: HttpRequest, number: int) -> HttpResponse:
    """What and where, with the acts that fit it."""
    service_request = access.seen_request(access.person(request), number)
    if service_request.merged_into_id is not None:
        return redirect("street_request", number=service_request.merged_into_id)
    return _page(request, service_request)


@require_POST
@access.desk
def street_acts(request: HttpRequest) -> HttpResponse:
    """Does what a phone sends, once; a page without script comes through here as well."""
    user = access.person(request)
    form = ActForm(request.POST, request.FILES)
    if not form.is_valid():
        answer = Answer(Outcome.REFUSED, form.complaint)
        return _told(request, answer, status=422) if _is_phone(request) else _refused(request, form, answer)
    act = form.act()
    answer = carry_out(act, by=user, doing=do)
    if _is_phone(request):
        return _told(request, answer, number=act.number)
    if answer.outcome != Outcome.DONE:
        return _refused(request, form, answer)
    messages.success(request, answer.told)
    return _go_on(act)


@require_POST
@access.desk
def street_reclassify(request: HttpRequest, number: int) -> HttpResponse:
    """What it is, as whoever stands before it says."""
    return _say(
        request, number, "reclassify", asked=_("Choose what it is."), told=_("Thank you. Plaza learns from it.")
    )


@require_POST
@access.desk
def street_place(request: HttpRequest, number: int) -> HttpResponse:
    """Where it is, as whoever found it says."""
    return _say(request, number, "place", asked=_("Say where it is."), told=_("Thank you. Now it is there."))


def _say(request: HttpRequest, number: int, verb: str, *, asked: str, told: str) -> HttpResponse:
    """One of the desk's verbs that residents read nothing of."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    access.require_verb(user, verb, service_request)
    story = read_story(service_request, by=user)
    form = story.form(verb, request.POST)
    if not done_already(form, story.events, by=user):
        try:
            if not form.is_valid():
                raise workflow.Refusal(asked)
            form.act(service_request, by=user, version=still_valid(form, story))
        except workflow.Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, told)
    return redirect("street_request", number=number)


@require_POST
@access.desk
def street_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Takes back one's own newest act while it can be."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    act = service_request.events.filter(by=user).order_by("-pk").first()
    try:
        if act is None:
            raise workflow.MoveNotAllowed(_("There is nothing to take back."))
        workflow.undo(act, by=user)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Nothing was said in public."))
    return redirect("street_request", number=number)


@require_POST
@access.desk
def street_shift(request: HttpRequest) -> HttpResponse:
    """On duty, or off: one tap each."""
    user = access.person(request)
    if "end" in request.POST:
        if shifts.end(user, handover=request.POST.get("handover", "")[:2000]):
            messages.success(request, _("Your shift is over. Rest well."))
        return redirect("street")
    since = shifts.last_ended(user)
    _shift, began = shifts.start(user)
    if began:
        messages.success(request, _welcome(user, shifts.thanks(user, since=since, now=timezone.now())))
    return redirect("street")


@require_safe
@login_not_required
@never_cache
def street_who(request: HttpRequest) -> HttpResponse:
    """Who is signed in here now, with a token of this moment: a page kept on the phone carries an old one."""
    if not request.user.is_authenticated or not is_staff_member(request.user):
        return JsonResponse({"person": ""}, status=401)
    return JsonResponse({"person": str(request.user.pk), "token": get_token(request)})


def _page(
    request: HttpRequest, service_request: ServiceRequest, *, form: ActForm | None = None, answer: Answer | None = None
) -> HttpResponse:
    user = access.person(request)
    day = day_of(user, now=timezone.now())
    context = {
        **_frame(request, day),
        "page": read_page(service_request, by=user, typed=form.data if form else None),
        "next": day.after(service_request.pk),
        "answer": answer,
        "opened": form.data.get("kind", "") if form else "",
    }
    return render(request, "staff/street/request.html", context, status=422 if answer else 200)


def _frame(request: HttpRequest, day: Day) -> dict[str, object]:
    """What every page of the street carries."""
    return {
        "day": day,
        "alarms": alarms(access.person(request)),
        "on_street": True,
        "shift": shifts.on_duty(access.person(request)),
        "words": phone_words(),
        "drawn_at": timezone.now(),
        "section": "street",
    }


def _is_phone(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _told(request: HttpRequest, answer: Answer, *, number: int = 0, status: int = 200) -> HttpResponse:
    """`seen`: the newest line of the history by now, so that the act can be sent again on purpose."""
    user, seen = access.person(request), None
    if answer.outcome == Outcome.CHANGED:
        events = access.seen_request(user, number).events
        seen = events.order_by("-pk").values_list("pk", flat=True).first()
    return JsonResponse({"outcome": answer.outcome, "told": answer.told, "seen": seen}, status=status)


def _refused(request: HttpRequest, form: ActForm, answer: Answer) -> HttpResponse:
    """The page as it is now, with what was typed; the phone has nowhere else to keep it."""
    number = form.data.get("number", "")
    if not number.isdecimal() or len(number) > 9:
        return redirect("street")
    service_request = get_object_or_404(ServiceRequest, pk=number)
    return _page(request, access.seen_request(access.person(request), service_request.pk), form=form, answer=answer)


def _go_on(act: Act) -> HttpResponse:
    """A photo and a promise are the beginning; after the other acts one walks on."""
    if act.kind in (Kind.PHOTO, Kind.ON_IT):
        return redirect("street_request", number=act.number)
    return redirect("street")


def _welcome(user: User, thanks: int) -> str:
    hello = _("Good to see you, %(name)s.") % {"name": user.first_name or user.username}
    if not thanks:
        return hello
    return f"{hello} " + ngettext("%(count)s thanks for you.", "%(count)s thanks for you.", thanks) % {"count": thanks}
