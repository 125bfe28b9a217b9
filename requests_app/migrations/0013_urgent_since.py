from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0012_resemblances"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="urgent_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(
                    ("merged_into", None), ("status__in", ("new", "accepted", "waiting")), ("is_urgent", True)
                ),
                fields=["id"],
                name="urgent_open",
            ),
        ),
    ]
