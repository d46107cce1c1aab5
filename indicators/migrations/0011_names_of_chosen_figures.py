"""Programmes that are already loaded: which indicators repeat a chosen figure, as `note_choices` says it."""

import django.db.models.deletion
from django.db import migrations, models

NOTE_CHOICES = """
    UPDATE indicators_indicator AS indicator SET choice_id = element.id FROM indicators_dataelement AS element
    WHERE element.code = indicator.expression AND element.aggregation = 'last'
        AND element.value_type IN ('boolean', 'choice')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0010_keys_checked_by_statement"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="choice",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="indicators.dataelement",
            ),
        ),
        migrations.RunSQL(NOTE_CHOICES, migrations.RunSQL.noop),
    ]
