"""Django's own applications where the town has a say in them, and what is checked before it opens."""

from django.contrib.admin.apps import AdminConfig
from django.core.checks import register

from civic import look, values


class AdministrationConfig(AdminConfig):
    default_site = "civic.administration.Administration"

    def ready(self) -> None:
        super().ready()
        register(look.check, "town")
        register(values.check, "town")
