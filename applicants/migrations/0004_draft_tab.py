"""The window that typed last into a draft."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applicants", "0003_portfolio")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="tab",
            field=models.CharField(blank=True, max_length=36, default=""),
            preserve_default=False,
        ),
    ]
