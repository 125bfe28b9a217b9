"""Keys of programs that write through Open311; the secret is shown when a key is made, and never again."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "created_at", "is_active")
    list_filter = ("is_active",)
    ordering = ("-created_at",)
    search_fields = ("name",)
    readonly_fields = ("created_at",)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        return ("name", "is_active", "created_at") if obj else ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Switched off, not forgotten: the log names keys by number."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made, secret = ApiKey.make(name=obj.name)
        obj.pk, obj.created_at, obj.digest = made.pk, made.created_at, made.digest
        self.message_user(
            request, _("The key, shown only now: %(secret)s") % {"secret": secret}, level=messages.WARNING
        )
