"""A SAMPLE fee schedule, so that every page works before the association gives its own figures."""

from pathlib import Path

import yaml
from django.db import migrations

SOURCE = Path(__file__).resolve().parent.parent / "data" / "fees_sample.yaml"


def load(apps, schema_editor):
    fee_item = apps.get_model("payments", "FeeItem")
    document = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    shared = {"effective_from": document["effective_from"], "is_sample": document["is_sample"]}
    fee_item.objects.bulk_create(fee_item(**shared, **item) for item in document["items"])


def unload(apps, schema_editor):
    apps.get_model("payments", "FeeItem").objects.filter(is_sample=True).delete()


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_ledger")]
    operations = [migrations.RunPython(load, unload)]
