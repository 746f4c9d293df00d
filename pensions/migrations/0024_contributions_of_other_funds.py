from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pensions", "0023_references_by_statement"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                condition=models.Q(("fund", "insurance"), _negated=True),
                fields=["fund", "worker", "month", "id"],
                name="contribution_other_fund",
            ),
        ),
    ]
