from django.db import migrations

# A cell's numbers grow by one with each version, and so do the ids: the newest one has the largest.
NEWEST = """
UPDATE indicators_measurement SET working_version_id = (
    SELECT MAX(version.id) FROM indicators_measurementversion AS version
    WHERE version.measurement_id = indicators_measurement.id
) WHERE working_version_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_entry_evidence_uploads_and_reminders")]
    operations = [migrations.RunSQL(NEWEST, migrations.RunSQL.noop)]
