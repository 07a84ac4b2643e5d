import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applicants', '0007_course_from_catalog'),
        ('competencies', '0004_rating_items'),
    ]

    operations = [
        migrations.AddField(
            model_name='reference',
            name='edition',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.edition'),
        ),
    ]
