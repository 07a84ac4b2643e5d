"""North Carolina's 100 counties as reference data."""

import csv
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).resolve().parent.parent / "data" / "nc_counties.csv"


def load(apps, schema_editor):
    county = apps.get_model("endorsement_portal", "County")
    with SOURCE.open(encoding="utf-8", newline="") as file:
        county.objects.bulk_create(county(**row) for row in csv.DictReader(file))


def unload(apps, schema_editor):
    apps.get_model("endorsement_portal", "County").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("endorsement_portal", "0001_foundation")]
    operations = [migrations.RunPython(load, unload)]
