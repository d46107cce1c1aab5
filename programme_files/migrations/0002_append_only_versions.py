"""A loaded version stays what it was: the database refuses to change or delete one."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER programmeversion_append_only BEFORE UPDATE OR DELETE ON programme_files_programmeversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
REVERSE = "DROP TRIGGER programmeversion_append_only ON programme_files_programmeversion;"


class Migration(migrations.Migration):
    dependencies = [
        ("programme_files", "0001_initial"),
        ("accounts", "0002_append_only_audit"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
