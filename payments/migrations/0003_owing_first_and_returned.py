"""The order of finance's list as an index, and refunds that came back as a kind of money."""

from django.db import migrations, models
from django.db.models import Case, F, IntegerField, OrderBy, Value, When

OWING = ["issued", "promised", "part_paid"]


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_sample_fees")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[
                    ("card", "Card"),
                    ("paper_check", "Check"),
                    ("purchase_order", "Purchase order"),
                    ("cash", "Cash"),
                    ("scholarship", "Scholarship"),
                    ("refund", "Given back"),
                    ("returned", "Refund that came back"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                OrderBy(
                    Case(When(status__in=OWING, then=Value(0)), default=Value(1), output_field=IntegerField()),
                ),
                OrderBy(Case(When(status__in=OWING, then=F("issued_at"))), nulls_last=True),
                OrderBy(F("issued_at"), descending=True),
                OrderBy(F("id"), descending=True),
                name="invoice_owing_first",
            ),
        ),
    ]
