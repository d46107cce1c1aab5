"""The public holidays and worked weekends of 2021 to 2026, as the State Council's office announced them."""

from datetime import date
from pathlib import Path

from django.db import migrations

TABLE = Path(__file__).with_name("workdays_2021_2026.tsv")


def fill(apps, schema_editor):
    """Add the days that the office has not written itself."""
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    apps.get_model("villages", "CalendarDay").objects.bulk_create(
        [
            apps.get_model("villages", "CalendarDay")(
                day=date.fromisoformat(day), is_working=kind == "work", name=name
            )
            for day, kind, name in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("villages", "0002_attributes_and_workdays")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
