"""A department that provides 25 figures of tens of thousands of villages, and its ledger."""

from datetime import date

from accounts.models import Organisation, Role, User
from bench.copying import execute
from bench.programme import make_programme
from indicators.models import ProgrammeElement

PROVINCE = "64"
MONTH = date(2025, 10, 1)
_ROOTS = "villages_programme, villages_village, indicators_dataelement, indicators_referenceseries"


def make(count: int) -> User:
    """Write it and return the department's officer."""
    for table in (_ROOTS, "indicators_workbookimport, indicators_importedrow, indicators_columnmapping"):
        execute(f"TRUNCATE {table} CASCADE")
    programme = make_programme([PROVINCE])
    programme.division_code = PROVINCE
    programme.save()
    office, _ = Organisation.objects.get_or_create(
        kind=Organisation.Kind.DEPARTMENT, division_code=PROVINCE, name="统计局"
    )
    for row in ProgrammeElement.objects.filter(programme=programme):
        row.kinds.clear()
    ProgrammeElement.objects.filter(programme=programme).update(provider=office)
    execute(
        "INSERT INTO villages_village (code, name, township_name) "
        f"SELECT (640000000000 + n)::text, '第' || n || '村', '测试镇' FROM generate_series(1, {count}) n"
    )
    execute(
        "INSERT INTO villages_enrolment (programme_id, village_id, kind_id, is_demonstration, attributes) "
        f"SELECT {programme.pk}, id, {programme.kinds.first().pk}, false, '{{}}' FROM villages_village"
    )
    execute("ANALYZE")
    officer, _ = User.objects.get_or_create(
        username="bench-books", defaults={"name": "测速", "organisation": office, "roles": [Role.DEPARTMENT]}
    )
    return officer


def empty_ledger() -> None:
    """No line of that year, no header."""
    execute(
        "TRUNCATE indicators_ledgerline, indicators_valuechange, indicators_monthlyreport, "
        "indicators_importedrow CASCADE"
    )


def fill_ledger(figure: int) -> None:
    """Every figure of that month another."""
    column = f"m{MONTH.month:02d}"
    execute(f"UPDATE indicators_ledgerline SET {column} = {figure} WHERE year = {MONTH.year}")
    execute("TRUNCATE indicators_importedrow")
    execute("VACUUM ANALYZE indicators_ledgerline")
