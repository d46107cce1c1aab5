"""dump_programme gives back an equal file, whatever a file may say."""

import string
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.models import ReferenceSeries, Standard
from programme_files.document import (
    AttributeRow,
    CalendarRow,
    ElementRow,
    Formula,
    GradeRow,
    IndicatorRow,
    KindRow,
    MeasureRow,
    OrganisationRow,
    ProgrammeDocument,
    ProgrammeRow,
    RuleRow,
    SectionRow,
    SeriesRow,
    StandardRow,
    ValueRow,
    Veto,
    VillageRow,
)
from programme_files.dumping import dump_programme
from programme_files.layout import write
from programme_files.problems import ProgrammeFileError
from programme_files.reading import read
from programme_files.services import programme_load
from tests.programme_files.samples import LINGWU, SMALL, changed
from villages.models import Enrolment

NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)


def load(text):
    return programme_load(text=text, actor=None, now=NOW).programme


# --- documents that a file may hold --------------------------------------------------------------
REGIONS = ("一类", "二类", "3")
GRADES = (
    GradeRow(name="五星", begins=Decimal(900)),
    GradeRow(name="四星", begins=Decimal("799.5")),
    GradeRow(name="不合格"),
)
LAST = StandardRow(
    code="S9",
    name="民主测评",
    clause="由评审打分。",
    comparator="judged",
    scope="village",
    years=(2022, 2025),
    points=Decimal(10),
    veto=Veto(),
    departments=(),
)
LETTERS = st.sampled_from(string.ascii_letters + "移民村：：,，#&*!|>'\"%@`{}[]-?0123456789（）“”")
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
CODES = st.from_regex(r"x[a-z]{3,8}", fullmatch=True)
YEARS = st.tuples(st.integers(2022, 2023), st.integers(2024, 2025))
NUMBERS = st.decimals(-9999, 9999, places=4).map(lambda value: value.normalize() + 0)
COUNTY = "640122"


@st.composite
def documents(draw):
    kinds = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    departments = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    towns = [
        name for name in draw(st.lists(WORDS, min_size=1, max_size=2, unique=True)) if name not in departments
    ]
    codes = draw(st.lists(CODES, min_size=6, max_size=6, unique=True))
    elements, indicators, series = codes[:3], codes[3:5], codes[5]
    asked = tuple(draw(element(code, departments, kinds)) for code in elements)
    villages = [f"{COUNTY}{101 + place}{200 + place}" for place in range(len(towns))]
    names = st.lists(st.sampled_from(departments), unique=True).map(tuple)
    standards = [draw(standard(f"S{place}", indicators, kinds, villages, names)) for place in range(3)]
    targets = [
        draw(standard(f"T{place}", indicators, kinds, villages, st.none() | names)) for place in range(3)
    ]
    kept = tuple(row for row in standards if row.departments is not None)
    return ProgrammeDocument(
        format=1,
        programme=draw(head()),
        village_kinds=tuple(KindRow(code=code, name=draw(WORDS)) for code in kinds),
        attributes=(
            AttributeRow(code="region", name=draw(WORDS), type="text", choices=REGIONS),
            AttributeRow(code="height", name=draw(WORDS), type="number"),
        ),
        organisations=tuple(
            [OrganisationRow(name=name, kind="department", division=COUNTY) for name in departments]
            + [
                OrganisationRow(name=name, kind="township", division=f"{COUNTY}{101 + place}")
                for place, name in enumerate(towns)
            ]
        ),
        villages=tuple(
            VillageRow(
                code=code,
                name=draw(WORDS),
                kind=draw(st.sampled_from(kinds)),
                township=town,
                target_year=draw(st.none() | st.integers(2022, 2025)),
                attributes=draw(
                    st.fixed_dictionaries(
                        {}, optional={"region": st.sampled_from(REGIONS), "height": NUMBERS}
                    )
                ),
            )
            for code, town in zip(villages, towns, strict=True)
        ),
        elements=asked,
        rules=tuple(draw(rules(asked))),
        reference_series=(SeriesRow(code=series, name=draw(WORDS), unit="%", values=draw(values())),),
        indicators=tuple(
            IndicatorRow(
                code=code, name=draw(WORDS), expression=Formula(f"{elements[0]} / {elements[1]} * 100")
            )
            for code in indicators
        ),
        standards=(*kept, LAST),
        measures=(
            MeasureRow(
                number=3,
                section=draw(WORDS),
                name=draw(WORDS),
                departments=draw(names),
                targets=tuple(targets),
            ),
            MeasureRow(number=1, section=draw(WORDS), name=draw(WORDS)),
        ),
        scorecards=(draw(scorecard([row.code for row in (*kept, *targets)])),),
    )


PLAIN = WORDS.filter(lambda text: not set("{}") & set(text))


@st.composite
def head(draw):
    return ProgrammeRow(
        code="made-up",
        name=draw(WORDS),
        title=draw(WORDS),
        division=COUNTY,
        source=draw(WORDS),
        rule=draw(st.just("") | WORDS),
        years=(2022, 2025),
        quota=dict(
            sorted(draw(st.dictionaries(st.integers(2022, 2025), st.integers(0, 9), min_size=1)).items())
        ),
        near_percent=draw(st.decimals(0, 100, places=2).map(lambda value: value.normalize() + 0)),
        calendar=CalendarRow(
            month_due_day=draw(st.integers(1, 28)),
            self_check=("01-01", "02-28"),
            municipal_review_until="11-30",
            city_review_until="12-31",
        ),
    )


@st.composite
def element(draw, code, departments, kinds):
    of_type = draw(st.sampled_from(["integer", "decimal", "boolean", "level", "choice"]))
    counted = of_type in ("integer", "decimal")
    aggregation = "last" if of_type == "choice" else draw(st.sampled_from(["sum", "last", "average"]))
    low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
    bounded = st.none() if of_type == "choice" else st.none() | st.just(low)
    return ElementRow(
        code=code,
        name=draw(WORDS),
        type=of_type,
        options=("优", "良", "3") if of_type == "choice" else (),
        aggregation=aggregation,
        cumulative=counted and aggregation == "last" and draw(st.booleans()),
        group=draw(WORDS),
        provider=draw(st.just("township") | st.sampled_from(departments)),
        kinds=draw(st.lists(st.sampled_from(kinds), unique=True).map(tuple)),
        min=draw(bounded),
        max=None if of_type == "choice" else draw(st.none() | st.just(high)),
        places=draw(st.integers(0, 4)),
        help=draw(st.just("") | WORDS),
    )


@st.composite
def rules(draw, elements):
    counted = [row.code for row in elements if row.type in ("integer", "decimal", "level")]
    severity = st.sampled_from(["hard", "soft"])
    limit = st.decimals("0.01", 9999, places=2).map(lambda value: value.normalize() + 0)
    found = [
        RuleRow(
            code="relation",
            severity=draw(severity),
            expression=Formula(f"{elements[0].code} <= {elements[0].code} + 1"),
            message=draw(PLAIN),
        )
    ]
    if counted:
        against = draw(st.sampled_from(["month", "year"]))
        named = tuple(draw(st.lists(st.sampled_from(counted), unique=True, min_size=1)))
        found += [
            RuleRow(
                code="change",
                kind="change",
                severity="soft",
                elements=named,
                against=against,
                limit=draw(limit),
            ),
            RuleRow(code="outlier", kind="outlier", elements=named, limit=draw(limit), message=draw(PLAIN)),
        ]
    return found


@st.composite
def scorecard(draw, codes):
    """Three parts in each other; every standard stands in one of them, in any order."""
    shares = [[], [], []]
    for code in draw(st.permutations(codes)):
        shares[draw(st.integers(0, 2))].append(code)
    rule = st.sampled_from(["leave_out", "rescale", "full"])
    points = st.none() | st.just(Decimal(1000))
    inner = SectionRow(code="inner", name=draw(WORDS), bonus=draw(st.booleans()), items=("S9", *shares[2]))
    middle = SectionRow(
        code="middle",
        name=draw(WORDS),
        weight=Decimal("0.3"),
        not_applicable=draw(st.none() | rule),
        items=tuple(shares[1]),
        sections=(inner,),
    )
    return SectionRow(
        code="outer",
        name=draw(WORDS),
        points=draw(points),
        grades=GRADES,
        not_applicable=draw(st.none() | rule),
        items=tuple(shares[0]),
        sections=(middle,),
    )


@st.composite
def values(draw):
    keys = draw(
        st.lists(st.tuples(st.sampled_from(["", "64", COUNTY]), st.integers(2020, 2025)), unique=True)
    )
    return tuple(
        ValueRow(area=area, year=year, value=draw(NUMBERS), source=draw(WORDS)) for area, year in keys
    )


@st.composite
def standard(draw, code, indicators, kinds, villages, names):
    judged = draw(st.booleans())
    comparator = "judged" if judged else draw(st.sampled_from([">=", ">", "=", "done_by"]))
    return StandardRow(
        code=code,
        name=draw(WORDS),
        clause=draw(WORDS),
        indicator=None if judged else draw(st.sampled_from(indicators)),
        comparator=comparator,
        threshold=Formula("" if judged else draw(st.sampled_from(["95", "1.5", "max(1, 2)"]))),
        deadline=draw(st.dates(date(2022, 1, 1), date(2025, 12, 31))) if comparator == "done_by" else None,
        near=None if judged else draw(st.none() | st.just(Decimal("0.5"))),
        places=draw(st.integers(0, 6)),
        scope="village",
        kinds=draw(st.lists(st.sampled_from(kinds), unique=True).map(tuple)),
        villages=draw(st.lists(st.sampled_from(villages), unique=True).map(tuple)) if villages else (),
        years=draw(YEARS),
        applies_if=Formula(draw(st.sampled_from(["", "year() >= 2023"]))),
        points=draw(st.just(Decimal(60)) | st.just(Decimal("12.5"))),
        score=Formula("" if judged else draw(st.sampled_from(["", "min(4, 60)"]))),
        least_points=draw(st.sampled_from([Decimal(0), Decimal("-2.5")])),
        veto=draw(st.none() | st.sampled_from([Veto(), Veto("四星")])),
        departments=draw(names),
    )


@settings(max_examples=40)
@given(documents())
def test_what_is_written_reads_back_equal(document):
    assert read(write(document)) == document


@pytest.mark.django_db
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(documents())
def test_load_dump_load_gives_back_an_equal_file(document):
    with transaction.atomic():
        programme = load(write(document))
        text = dump_programme(programme)
        again = programme_load(text=text, actor=None, now=NOW)
        transaction.set_rollback(True)

    assert read(text) == document
    assert not again.changes


# --- the two samples -----------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("text", [LINGWU, SMALL], ids=["lingwu", "small"])
def test_a_sample_comes_back_equal_key_by_key(text):
    programme = load(text)

    dumped = dump_programme(programme)

    assert yaml.safe_load(dumped) == yaml.safe_load(text)
    assert read(dumped) == read(text)
    assert not programme_load(text=dumped, actor=None, now=NOW).changes


@pytest.mark.django_db
def test_two_programmes_that_share_a_series_each_come_back_equal():
    lingwu = load(LINGWU)
    shared = changed("- code: example_growth\n", "- code: rural_income_growth\n")
    shared = shared.replace("name: 村集体经济收入增速", "name: 农村居民人均可支配收入增速").replace(
        "ref(example_growth", "ref(rural_income_growth"
    )
    small = load(shared.replace('  - {area: "", year: 2024, value: 7.25, source: 全国公报}\n', ""))

    assert read(dump_programme(lingwu)) == read(LINGWU)
    assert [value.area for value in read(dump_programme(small)).reference_series[0].values].count(
        "640181"
    ) == 0


@pytest.mark.django_db
def test_the_order_of_the_file_is_kept_after_a_row_was_put_in_between():
    load(SMALL)
    row = "- {code: example_area, name: 面积, unit: 亩, type: decimal, aggregation: last, group: 建设}\n"
    text = changed("- {code: example_road,", f"{row}- {{code: example_road,")

    programme = load(text)

    assert read(dump_programme(programme)) == read(text)


@pytest.mark.django_db
def test_what_the_office_changed_since_stands_in_the_dump():
    programme = load(SMALL)
    Standard.objects.filter(code="A1").update(threshold="97")
    series = ReferenceSeries.objects.get()
    series.values.create(area_code="640122", year=2025, value=Decimal("7.7"), source="公报")

    dumped = read(dump_programme(programme))

    assert dumped.standards[0].threshold == "97"
    assert dumped.reference_series[0].values[-1] == ValueRow(
        area="640122", year=2025, value=Decimal("7.7"), source="公报"
    )


@pytest.mark.django_db
def test_demonstration_data_never_stands_in_a_file():
    programme = load(SMALL)
    ReferenceSeries.objects.get().values.create(
        area_code="640122", year=2025, value=9, source="演示数据", is_demonstration=True
    )
    Enrolment.objects.filter(village__name="乙社区").update(target_year=2025, is_demonstration=True)

    dumped = dump_programme(programme)

    assert read(dumped) == read(SMALL)


@pytest.mark.django_db
def test_a_target_outside_all_measures_cannot_be_written():
    programme = load(SMALL)
    Standard.objects.get(code="B4").measures.clear()

    with pytest.raises(ProgrammeFileError, match=r"这些目标没有归入任何措施，.*：B4 甲村村道硬化。"):
        dump_programme(programme)
