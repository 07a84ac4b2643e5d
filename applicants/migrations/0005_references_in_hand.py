"""Who holds what a rater wrote, and references that came on paper."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was begun before has no browser that holds it: its rater is sent a code.
BEGUN = """
    UPDATE applicants_reference SET holding = 1
     WHERE answers <> '{}'::jsonb OR remarks <> '' OR signed_name <> ''
        OR id IN (SELECT reference_id FROM applicants_draft WHERE reference_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applicants", "0004_draft_tab"),
        ("endorsement_portal", "0001_foundation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="holding",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="reference",
            name="paper_dated",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="reference",
            name="scan",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="endorsement_portal.upload",
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.CheckConstraint(
                condition=models.Q(("keyed_by__isnull", True), ("paper_dated__isnull", True), ("scan__isnull", True))
                | models.Q(("keyed_by__isnull", False), ("paper_dated__isnull", False)),
                name="reference_keyed_by_and_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_email", ""),
                    models.Q(("second_email__iexact", models.F("rater_email")), _negated=True),
                    _connector="OR",
                ),
                name="reference_two_addresses_differ",
            ),
        ),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
    ]
