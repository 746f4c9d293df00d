from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_bulk_acts")]

    operations = [
        migrations.AlterModelOptions(
            name="bulkact",
            options={"verbose_name": "bulk act", "verbose_name_plural": "bulk acts"},
        )
    ]
