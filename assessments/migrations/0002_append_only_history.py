"""Steps, snapshots and payments are history: the database refuses to rewrite them."""

from django.db import migrations

TABLES = (
    "assessments_applicationstep",
    "assessments_snapshot",
    "assessments_rectificationstep",
    "assessments_awardpayment",
    "assessments_supervisionstep",
)
FORWARD = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();"
    for table in TABLES
)
REVERSE = "".join(f"DROP TRIGGER {table}_append_only ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0001_initial"),
        ("accounts", "0002_append_only_audit"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
