import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applicants', '0006_sharing_and_frozen'),
        ('competencies', '0003_invitations'),
    ]

    operations = [
        migrations.AddField(
            model_name='course',
            name='catalog_item',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='competencies.catalogitem'),
        ),
    ]
