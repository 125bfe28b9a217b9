"""What was there before the networks: credentials that lay open are sealed, posts are looked at again too."""

import json

from django.db import migrations

from requests_app.models.sealed import SealedField


def seal(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, credentials FROM requests_app_account WHERE credentials LIKE '{%'")
        for number, opened in cursor.fetchall():
            sealed = SealedField().get_prep_value(json.loads(opened))
            cursor.execute("UPDATE requests_app_account SET credentials = %s WHERE id = %s", [sealed, number])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_networks")]

    operations = [
        migrations.RunPython(seal),
        migrations.RunSQL(
            "UPDATE requests_app_post SET check_at = received_at + interval '1 hour' WHERE network <> 'plaza'",
            migrations.RunSQL.noop,
        ),
    ]
