"""The town's accounts, without their keys; and the stretches of time that could not be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from requests_app.admin.looking import OnlyLooking
from requests_app.models import Account, Gap, Network


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Linked on the settings page or by the command `link_account`, which ask the network; here they are looked after."""

    list_display = (
        "__str__",
        "display_name",
        "queue",
        "person",
        "is_active",
        "has_keys",
        "collected_at",
        "collect_error",
    )
    list_filter = ("network", "is_active")
    list_select_related = ("queue", "person")
    ordering = ("network", "handle")
    search_fields = ("handle", "display_name")
    fields = (
        "network", "external_id", "handle", "display_name", "queue", "person", "is_active", "has_keys", "keys_at",
        "settings_page", "collected_at", "collect_error", "next_collect_at", "deferred_until", "cursor",
    )  # fmt: skip
    readonly_fields = (
        "network", "external_id", "handle", "is_active", "has_keys", "keys_at",
        "settings_page", "collected_at", "collect_error", "next_collect_at", "deferred_until", "cursor",
    )  # fmt: skip
    autocomplete_fields = ("queue", "person")
    actions = ("pause", "resume")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    @admin.display(boolean=True, description=_("has keys"))
    def has_keys(self, account: Account) -> bool:
        return bool(account.credentials)

    @admin.display(description=_("settings"))
    def settings_page(self, account: Account) -> str:
        """Where it is tried out, linked anew and unlinked; the town's own site needs none of it."""
        if account.pk is None or account.network == Network.PLAZA:
            return "-"
        return format_html('<a href="{}">@{}</a>', reverse("account", args=[account.pk]), account.handle)

    @admin.action(description=_("Pause: neither read nor write"))
    def pause(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        count = accounts.filter(is_active=True).update(is_active=False)
        self.message_user(
            request, ngettext("%(count)s account paused.", "%(count)s accounts paused.", count) % {"count": count}
        )

    @admin.action(description=_("Resume, and read at once"))
    def resume(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        able = accounts.filter(is_active=False).exclude(~Q(network=Network.PLAZA), credentials="")
        count = able.update(is_active=True, next_collect_at=timezone.now())
        self.message_user(
            request, ngettext("%(count)s account resumed.", "%(count)s accounts resumed.", count) % {"count": count}
        )


@admin.register(Gap)
class GapAdmin(OnlyLooking):
    list_display = ("__str__", "noticed_at", "acknowledged_at", "acknowledged_by")
    list_filter = ("account",)
    list_select_related = ("account", "acknowledged_by")
    actions = ("acknowledge",)

    @admin.action(description=_("Somebody looked there by hand"))
    def acknowledge(self, request: HttpRequest, gaps: QuerySet[Any]) -> None:
        unseen = gaps.filter(acknowledged_at=None)
        count = unseen.update(acknowledged_at=timezone.now(), acknowledged_by=request.user)
        self.message_user(
            request, ngettext("%(count)s gap acknowledged.", "%(count)s gaps acknowledged.", count) % {"count": count}
        )
