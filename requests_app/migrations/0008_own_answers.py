from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0007_deletions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("written_by__isnull", False), models.Q(("in_reply_to", ""), _negated=True)),
                fields=["in_reply_to"],
                name="post_own_answer",
            ),
        ),
    ]
