"""What was read: posts, their authors and photos."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.admin.looking import InlineLooking, OnlyLooking, number_in
from requests_app.models import Author, Network, Photo, Post


class PhotoInline(InlineLooking):
    model = Photo
    fields = ("image", "alt", "source_url", "attempts", "error")


class TriageFilter(admin.SimpleListFilter):
    """The two kinds that somebody may have to look after; each has its index."""

    title = _("sorting")
    parameter_name = "sorting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("not sorted yet")), ("set_aside", _("set aside"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "due":
            return queryset.due_for_triage()
        return queryset.set_aside() if self.value() == "set_aside" else queryset


@admin.register(Post)
class PostAdmin(OnlyLooking):
    list_display = ("id", "network", "author", "summary", "kind", "service_request", "posted_at")
    list_filter = (TriageFilter, "network")
    list_select_related = ("author", "service_request")
    inlines = (PhotoInline,)

    def found(self, rows: Any, words: str) -> Any:
        """By their own number, the request's, the network's, or their words."""
        number = number_in(words)
        if number is None:
            return rows.matching(words)
        by_network = Q(network__in=Network.values, external_id=words)
        return rows.filter(Q(pk=number) | Q(service_request=number) | by_network)


@admin.register(Author)
class AuthorAdmin(OnlyLooking):
    list_display = ("id", "network", "handle", "display_name", "verified_at")
    list_filter = ("network",)

    def found(self, rows: Any, words: str) -> Any:
        """By handle or by the network's number."""
        by_network = Q(network__in=Network.values, external_id=words)
        return rows.filter(by_network | Q(handle__iexact=words.removeprefix("@")))


@admin.register(Photo)
class PhotoAdmin(OnlyLooking):
    list_display = ("uuid", "post", "reply", "width", "height", "attempts", "error")
    list_select_related = ("post", "reply")
