"""Replies: what left, what waits and what did not leave. They are dealt with on the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.admin.looking import OnlyLooking, number_in
from requests_app.models import Reply
from requests_app.models.reply import IN_FLIGHT, TO_SEND


class SendingFilter(admin.SimpleListFilter):
    """The few that are not published yet; each kind has its index."""

    title = _("sending")
    parameter_name = "sending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("waiting to leave")),
            ("flying", _("on their way, or in doubt")),
            ("stuck", _("did not leave")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.filter(status__in=TO_SEND)
            case "flying":
                return queryset.filter(status__in=IN_FLIGHT)
            case "stuck":
                return queryset.stuck()
        return queryset


@admin.register(Reply)
class ReplyAdmin(OnlyLooking):
    list_display = ("id", "service_request", "account", "by", "text", "status", "attempts", "published_at")
    list_filter = (SendingFilter,)
    list_select_related = ("service_request", "account", "by")

    def found(self, rows: Any, words: str) -> Any:
        """By the request's number, or their own."""
        number = number_in(words)
        return rows.none() if number is None else rows.filter(Q(service_request=number) | Q(pk=number))
