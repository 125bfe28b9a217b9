"""Templates: the town's list of words that are said often, and how they are changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff import access
from staff.case import templates
from staff.case.template_form import TemplateForm
from staff.models import Template

PAGE = {"section": "settings", "part": "templates", "sees_dashboard": True}


@require_safe
@access.dispatcher
def template_list(request: HttpRequest) -> HttpResponse:
    rows = Template.objects.select_related("queue")
    return render(request, "staff/templates/templates.html", {**PAGE, "templates": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@access.dispatcher
def template_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@access.dispatcher
def template_edit(request: HttpRequest, template: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Template, pk=template))


@require_POST
@access.dispatcher
def template_move(request: HttpRequest, template: int) -> HttpResponse:
    templates.move(get_object_or_404(Template, pk=template), up="up" in request.POST)
    return redirect("templates")


@require_POST
@access.dispatcher
def template_remove(request: HttpRequest, template: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=template)
    name = row.name
    row.delete()
    messages.success(request, _("“%(name)s” is removed.") % {"name": name})
    return redirect("templates")


def _edit(request: HttpRequest, template: Template | None) -> HttpResponse:
    form = TemplateForm(request.POST or None, template=template)
    previewing = "preview" in request.POST
    if form.is_valid() and not previewing:
        form.save(template)
        messages.success(request, _("Kept."))
        return redirect("templates")
    shown = form.shown(by=access.person(request)) if form.is_bound else []
    context: dict[str, Any] = {**PAGE, "form": form, "template": template, "shown": shown}
    refused = form.is_bound and not previewing
    return render(request, "staff/templates/edit.html", context, status=422 if refused else 200)
