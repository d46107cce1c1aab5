"""A township as large as they come: forty villages, twenty-five elements, two years of months, its people."""

from datetime import date

from django.db import connection

from accounts.models import Organisation, Role, User
from bench.ledger import YEARS, prototypes
from bench.programme import ELEMENTS, YEAR, make_programme
from indicators.models import MONTH_COLUMNS, DataElement, LedgerLine, MonthlyReport
from indicators.workflow import MonthStatus
from villages.models import Enrolment, Village

TOWNSHIP, COUNTY = "640181101", "640181"
VILLAGES = 40
OPEN = date(YEAR, 12, 1)  # the month that is still typed


def make() -> User:
    """Write it and return its clerk, whose password is `bench`."""
    programme = make_programme([COUNTY[:length] for length in (0, 2, 4, 6)])
    kinds = list(programme.kinds.all())
    villages = Village.objects.bulk_create(
        Village(code=f"{TOWNSHIP}{number:03}", name=f"第{number}村", township_name="测试镇")
        for number in range(200, 200 + VILLAGES)
    )
    Enrolment.objects.bulk_create(
        Enrolment(programme=programme, village=village, kind=kinds[number % len(kinds)])
        for number, village in enumerate(villages)
    )
    _months(villages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return _person("clerk", "李红", Role.CLERK, _office(Organisation.Kind.TOWNSHIP, TOWNSHIP, "测试镇"))


def _months(villages: list[Village]) -> None:
    months = [date(year, month, 1) for year in YEARS for month in range(1, 13)]
    MonthlyReport.objects.bulk_create(
        MonthlyReport(
            village=village,
            month=month,
            version=1,
            status=MonthStatus.DRAFT if month == OPEN else MonthStatus.ACCEPTED,
        )
        for village in villages
        for month in months
    )
    elements = {row.code: row for row in DataElement.objects.all()}
    figures = zip(villages, prototypes(), strict=False)
    LedgerLine.objects.bulk_create(
        LedgerLine(year=year, village=village, element=elements[code], **_columns(line))
        for village, prototype in figures
        for (year, code), line in zip(
            ((year, code) for year in YEARS for code in ELEMENTS), prototype.lines, strict=True
        )
    )


def _columns(line: str) -> dict[str, str | None]:
    figures = (None if figure == "\\N" else figure for figure in line.split("\t"))
    return dict(zip(MONTH_COLUMNS, figures, strict=True))


def _office(kind: str, code: str, name: str) -> Organisation:
    return Organisation.objects.create(kind=kind, division_code=code, name=name)


def _person(username: str, name: str, role: str, office: Organisation) -> User:
    return User.objects.create_user(username, "bench", name=name, roles=[role], organisation=office)
