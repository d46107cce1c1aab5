"""Ledger and history keep their keys, looked up once a statement instead of once a row.

A workbook writes a million figures at once; three fifths of that were foreign keys looked up one by one. The
triggers hold what a foreign key holds: no row without its parent (which is locked against deletion until the
transaction ends), no parent deleted under its rows, no key changed.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PARENTS = {
    "indicators_ledgerline": {
        "village_id": "villages_village",
        "element_id": "indicators_dataelement",
    },
    "indicators_valuechange": {
        "report_id": "indicators_monthlyreport",
        "element_id": "indicators_dataelement",
        "by_id": "accounts_user",
    },
}
# By their keys, however many: the plan is kept for the session, and a scan of all villages that suits a
# workbook would be had for a single figure too.
BY_KEY = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"

REFUSE_OTHER_KEY = """
CREATE FUNCTION refuse_other_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a key of % does not change', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
END $$;
"""
INSERTED = """
CREATE FUNCTION {child}_parents() RETURNS trigger LANGUAGE plpgsql {by_key} AS $$
DECLARE there bigint;
BEGIN
{checks}
    RETURN NULL;
END $$;
CREATE TRIGGER {child}_parents AFTER INSERT ON {child} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {child}_parents();
CREATE TRIGGER {child}_keys BEFORE UPDATE OF {columns} ON {child}
    FOR EACH ROW EXECUTE FUNCTION refuse_other_key();
"""
CHECK = """
    PERFORM FROM {parent} AS parent WHERE parent.id IN (SELECT {column} FROM added) FOR KEY SHARE;
    GET DIAGNOSTICS there = ROW_COUNT;
    IF there <> (SELECT count(*) FROM (SELECT DISTINCT {column} FROM added) AS named) THEN
        RAISE EXCEPTION '{child}.{column}: not in {parent}' USING ERRCODE = 'foreign_key_violation';
    END IF;
"""
DELETED = """
CREATE FUNCTION {parent}_is_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{checks}
    RETURN NULL;
END $$;
CREATE TRIGGER {parent}_is_used AFTER DELETE ON {parent} REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION {parent}_is_used();
CREATE TRIGGER {parent}_key BEFORE UPDATE OF id ON {parent}
    FOR EACH ROW EXECUTE FUNCTION refuse_other_key();
"""
USED = """
    IF EXISTS (SELECT FROM {child} AS child WHERE child.{column} IN (SELECT id FROM removed)) THEN
        RAISE EXCEPTION '{parent}: still in {child}.{column}' USING ERRCODE = 'foreign_key_violation';
    END IF;
"""


def children() -> dict[str, list[tuple[str, str]]]:
    """Who points to each parent, and by which column."""
    found: dict[str, list[tuple[str, str]]] = {}
    for child, parents in PARENTS.items():
        for column, parent in parents.items():
            found.setdefault(parent, []).append((child, column))
    return found


def forward() -> str:
    statements = [REFUSE_OTHER_KEY]
    for child, parents in PARENTS.items():
        checks = "".join(CHECK.format(child=child, column=c, parent=p) for c, p in parents.items())
        statements.append(
            INSERTED.format(child=child, checks=checks, columns=", ".join(parents), by_key=BY_KEY)
        )
    for parent, columns in children().items():
        checks = "".join(USED.format(parent=parent, child=child, column=column) for child, column in columns)
        statements.append(DELETED.format(parent=parent, checks=checks))
    return "".join(statements)


def reverse() -> str:
    dropped = [
        f"DROP TRIGGER {child}_keys ON {child}; DROP FUNCTION {child}_parents() CASCADE;" for child in PARENTS
    ]
    dropped += [
        f"DROP TRIGGER {parent}_key ON {parent}; DROP FUNCTION {parent}_is_used() CASCADE;"
        for parent in children()
    ]
    return "".join(dropped) + "DROP FUNCTION refuse_other_key();"


def key(to: str, **more: object) -> models.ForeignKey:
    options = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "db_constraint": False}
    return models.ForeignKey(to=to, **(options | more))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notices"),
        ("villages", "0003_workdays_2021_2026"),
        ("indicators", "0009_tries_of_an_import"),
    ]

    operations = [
        migrations.AlterField("ledgerline", "village", key("villages.village")),
        migrations.AlterField("ledgerline", "element", key("indicators.dataelement", db_index=False)),
        migrations.AlterField(
            "valuechange", "report", key("indicators.monthlyreport", related_name="changes", db_index=False)
        ),
        migrations.AlterField("valuechange", "element", key("indicators.dataelement", db_index=False)),
        migrations.AlterField(
            "valuechange", "by", key(settings.AUTH_USER_MODEL, db_index=False, verbose_name="填报人")
        ),
        migrations.AddIndex(
            "valuechange", models.Index(fields=["report", "element"], name="value_change_of_figure")
        ),
        migrations.RunSQL(forward(), reverse()),
    ]
