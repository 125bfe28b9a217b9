"""Posts without a request: those triage could not digest, and those it kept apart as chatter or thanks."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from requests_app import tasks, triage, workflow
from requests_app.models import Post, Queue
from staff import access

WEEK = timedelta(days=7)
PAGE = 50


@require_safe
@access.dispatcher
def desk_set_aside(request: HttpRequest) -> HttpResponse:
    """What triage stumbled over, with the error it stumbled over."""
    posts = Post.objects.set_aside().select_related("author", "account")[: PAGE + 1]
    return render(request, "staff/posts/set_aside.html", _page(list(posts)))


@require_safe
@access.dispatcher
def desk_chatter(request: HttpRequest) -> HttpResponse:
    """What was kept apart in the last seven days."""
    posts = (
        Post.objects.visible().set_apart(since=timezone.now() - WEEK).select_related("author", "account")[: PAGE + 1]
    )
    return render(request, "staff/posts/chatter.html", _page(list(posts)))


@require_POST
@access.dispatcher
def try_again(request: HttpRequest, post: int) -> HttpResponse:
    """Lets triage sort it once more."""
    if triage.try_again(get_object_or_404(Post, pk=post)):
        tasks.nudge(tasks.triage)
        messages.success(request, _("It is being sorted again."))
    else:
        messages.info(request, _("Somebody dealt with that post already."))
    return redirect("desk_set_aside")


@require_POST
@access.dispatcher
def open_by_hand(request: HttpRequest, post: int) -> HttpResponse:
    """Makes it a request of the chosen team."""
    queue = get_object_or_404(Queue, code=request.POST.get("queue", ""))
    found = get_object_or_404(Post, pk=post)
    try:
        opened = workflow.open_by_hand(found, queue=queue, by=access.person(request))
    except workflow.Refusal as refusal:
        messages.info(request, str(refusal))
        return redirect("desk_chatter" if found.triaged_at else "desk_set_aside")
    messages.success(request, _("It is a request of %(team)s now.") % {"team": queue.name})
    return redirect("desk_request", number=opened.pk)


def _page(posts: list[Post]) -> dict[str, Any]:
    return {
        "section": "desk",
        "sees_dashboard": True,
        "posts": posts[:PAGE],
        "more": len(posts) > PAGE,
        "queues": list(Queue.objects.in_order()),
    }
