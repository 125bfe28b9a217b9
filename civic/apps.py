"""Django's own applications where the town has a say in them."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "civic.administration.Administration"
