"""The roles that stand in the administration for an operator to give: the names that `requests_app.roles` knows."""

from typing import Any

from django.db import migrations

ROLES = ("dispatcher", "mayor")


def make(apps: Any, _editor: Any) -> None:
    for role in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0005_promised"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
