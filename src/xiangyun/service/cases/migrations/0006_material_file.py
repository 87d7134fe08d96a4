"""A material points at its file by a foreign key, so that no file in use can be deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_opinions_of_any_length"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("casematerial", "file_id", "file"),
        migrations.AlterField(
            "casematerial",
            "file",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="附件",
            ),
        ),
    ]
