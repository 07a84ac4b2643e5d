"""Indexes of what the homes of staff count: refused mail and promises that gave up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("endorsement_portal", "0002_counties")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", False)),
                fields=["-created_at", "-id"],
                name="message_undelivered",
            ),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True), ("parked_at__isnull", False)),
                fields=["parked_at"],
                name="outbox_parked",
            ),
        ),
    ]
