"""The town's rules of sorting: listed, written, tried on last month's posts, switched on and off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import Rule
from requests_app.triage import trying
from staff import access
from staff.sorting import rules
from staff.sorting.rule_form import RuleForm
from staff.sorting.rule_words import line, told

PAGE = {"section": "settings", "part": "sorting", "sees_dashboard": True}
ROWS = Rule.objects.select_related("queue", "service__queue", "changed_by")
# So many of the posts it catches are shown.
EXAMPLES = 25


@require_safe
@access.administrator
def rule_list(request: HttpRequest) -> HttpResponse:
    lately = [(line(change), change) for change in rules.changed_lately()]
    context = {**PAGE, "rules": [told(rule) for rule in ROWS.in_order()], "lately": lately}
    return render(request, "staff/sorting/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def rule_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def rule_edit(request: HttpRequest, rule: int) -> HttpResponse:
    return _edit(request, get_object_or_404(ROWS, pk=rule))


@require_safe
@access.administrator
def rule_try(request: HttpRequest, rule: int) -> HttpResponse:
    row = get_object_or_404(ROWS, pk=rule)
    trial = trying.try_on_last_month(row)
    context = {
        **PAGE,
        "one": told(row),
        "trial": trial,
        "examples": trial.caught[:EXAMPLES],
        "is_full": trial.looked_at == trying.MOST,
        # Beyond this it catches what it can hardly be meant for.
        "is_wide": len(trial.caught) > 10 and len(trial.caught) * 2 > trial.looked_at,
        "seen": rules.stamp(row),
    }
    return render(request, "staff/sorting/rule_try.html", context)


@require_POST
@access.administrator
def rule_switch(request: HttpRequest, rule: int) -> HttpResponse:
    row, by = get_object_or_404(Rule, pk=rule), access.person(request)
    if "off" in request.POST:
        rules.switch_off(row, by=by)
        messages.success(request, _("“%(name)s” is off.") % {"name": row.name})
        return redirect("rules")
    try:
        rules.switch_on(row, seen=request.POST.get("seen", ""), by=by)
    except rules.ChangedMeanwhile:
        messages.warning(request, _("It was changed meanwhile, and is not switched on: this is what it would do now."))
        return redirect("rule_try", row.pk)
    messages.success(request, _("“%(name)s” is on: it sorts what is written from now on.") % {"name": row.name})
    return redirect("rules")


@require_POST
@access.administrator
def rule_move(request: HttpRequest, rule: int) -> HttpResponse:
    rules.move(get_object_or_404(Rule, pk=rule), up="up" in request.POST, by=access.person(request))
    return redirect("rules")


@require_POST
@access.administrator
def rule_remove(request: HttpRequest, rule: int) -> HttpResponse:
    row = Rule.objects.filter(pk=rule).first()
    # Pressed twice: it is gone already.
    if row is not None:
        rules.remove(row, by=access.person(request))
        messages.success(request, _("“%(name)s” is removed.") % {"name": row.name})
    return redirect("rules")


def _edit(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, rule=rule)
    if form.is_valid():
        try:
            kept = rules.keep(rule, values=form.values(), seen=form.cleaned_data["seen"], by=access.person(request))
        except rules.ChangedMeanwhile:
            form.add_error(None, _("Somebody changed it meanwhile. Look at it anew before you change it."))
        else:
            if kept.is_on:
                messages.success(request, _("Kept."))
                return redirect("rules")
            messages.success(request, _("Kept, and off: look at what it would do, then switch it on."))
            return redirect("rule_try", kept.pk)
    context = {**PAGE, "form": form, "rule": rule}
    return render(request, "staff/sorting/rule.html", context, status=422 if form.is_bound else 200)
