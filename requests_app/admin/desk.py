"""Requests and their history: here for looking at, changed by the desk's verbs alone."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from requests_app.admin.looking import InlineLooking, OnlyLooking, number_in
from requests_app.models import Event, Reply, ServiceRequest


class EventInline(InlineLooking):
    model = Event
    fields = ("at", "verb", "by", "queue", "text", "data")
    ordering = ("at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by", "queue")


class ReplyInline(InlineLooking):
    model = Reply
    fields = ("created_at", "account", "by", "text", "status", "published_at", "error", "rule")
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("account", "by")


@admin.register(ServiceRequest)
class ServiceRequestAdmin(OnlyLooking):
    list_display = (
        "id",
        "summary",
        "status",
        "kind",
        "queue",
        "service",
        "assignee",
        "is_private",
        "posted_at",
        "due_at",
    )
    list_filter = ("status", "queue", "is_private", "is_urgent")
    list_select_related = ("opening_post", "queue", "service", "assignee")
    inlines = (EventInline, ReplyInline)
    # Whoever holds it sees the request as its author does.
    exclude = ("follow_token",)

    def found(self, rows: Any, words: str) -> Any:
        """By number, or by the words of their posts."""
        number = number_in(words)
        return rows.matching(words) if number is None else rows.filter(pk=number)


@admin.register(Event)
class EventAdmin(OnlyLooking):
    list_display = ("id", "service_request", "verb", "at", "by", "text")
    list_select_related = ("service_request", "by")

    def found(self, rows: Any, words: str) -> Any:
        """By the request's number, or their own."""
        number = number_in(words)
        return rows.none() if number is None else rows.filter(Q(service_request=number) | Q(pk=number))
