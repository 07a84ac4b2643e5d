
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False)),
            ],
        ),
    ]
