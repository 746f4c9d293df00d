from django.db import migrations

from common.operations import PostgresOnly


class Migration(migrations.Migration):
    dependencies = [("pensions", "0013_claims")]

    operations = [
        PostgresOnly(
            # What was recorded since a moment: rows lie in that order, so some kilobytes for each partition do.
            """
            CREATE INDEX contribution_recorded ON pensions_contribution USING brin (recorded_at);
            CREATE INDEX period_recorded ON pensions_employmentperiod USING brin (recorded_at);
            """,
            "DROP INDEX contribution_recorded; DROP INDEX period_recorded;",
        )
    ]
