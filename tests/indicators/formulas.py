"""Formulas and standards as hypothesis draws them: everything that the language can say."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

ELEMENTS = {"flow": "sum", "stock": "last", "mood": "average", "yes": "last", "water": "last"}
OPTIONS = ["优", "良", "差"]
REGIONS = ["一类", "二类"]
VILLAGE_STANDARDS = ["S01", "S02", "S03", "S04", "S-5", "S06", "G01"]
COMPARATORS = (">=", ">", "=", "<=", "<", "between", "about", "done_by", "holds", "any_of")

numbers = st.sampled_from(["0", "1", "2", "3", "0.5", "7", "100", "0.0001", "33.333333333333", "12345678.9"])
names = st.sampled_from([*ELEMENTS, "rate", "nested"])
elements = st.sampled_from(list(ELEMENTS))
folds = st.sampled_from(["total", "last", "average", "lowest", "month_count"])
levels = st.sampled_from(["nation", "province", "city", "county", "township", "local"])
areas = st.builds(
    "{}({}, {})".format,
    st.sampled_from(["area_sum", "area_average", "area_count"]),
    elements,
    st.sampled_from(["nation", "province", "city", "county", "township"]),
)
leaves = st.one_of(
    names,
    st.builds("{}({})".format, folds, elements),
    st.builds("previous({})".format, elements),
    st.builds("previous({}({}))".format, folds, elements),
    st.builds("growth({})".format, names),
    st.builds("ref({}, {})".format, st.sampled_from(["income", "price"]), levels),
    st.just("previous(ref(income, local))"),
    st.just("year()"),
    st.just("attribute(distance)"),
    areas,
    st.builds("previous({})".format, areas),
    numbers,
)
facts = st.sampled_from(
    [
        'kind() = "eco"',
        'kind() != "labour"',
        "yes",
        "not yes",
        'attribute(region) = "一类"',
        'attribute(region) != "二类"',
        'water = "良"',
        'previous(water) != "优"',
        'any_of(kind(), "eco", "labour")',
        'any_of(attribute(region), "一类", "二类")',
        'any_of(water, "优", "差")',
    ]
)


def _listed(drawn, least: int, most: int):
    return st.lists(drawn, min_size=least, max_size=most).map(", ".join)


def _conditions(inner):
    compared = st.builds("{} {} {}".format, inner, st.sampled_from([">=", ">", "=", "!=", "<=", "<"]), inner)
    one = st.one_of(compared, facts, st.builds("any_of({}, 0, 1, -4)".format, inner))
    joined = st.builds("({}) {} ({})".format, one, st.sampled_from(["and", "or"]), one)
    several = st.builds("at_least({}, {})".format, st.integers(1, 2), _listed(one, 2, 4))
    return st.one_of(one, joined, several, st.builds("not ({})".format, joined))


def _cases(inner):
    return st.one_of(
        st.builds("case(year(), 2022, {}, 2024, {})".format, inner, inner),
        st.builds('case(kind(), "eco", {}, {})'.format, inner, inner),
        st.builds('case(attribute(region), "一类", {}, "二类", {})'.format, inner, inner),
        st.builds('case(water, "优", {}, 2, {}, {})'.format, inner, inner, inner),
        st.builds("case({}, 1, {}, -4, {})".format, inner, inner, inner),
        st.builds("band({}, 95, {}, 1, {}, {})".format, inner, inner, inner, inner),
        st.builds("band({}, {}, {}, {})".format, inner, inner, inner, inner),
    )


def _values(inner):
    truths = _conditions(inner)
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({} / {} * 100)".format, inner, inner),
        st.builds("(-{})".format, inner),
        st.builds("if({}, {}, {})".format, truths, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("round({}, {})".format, inner, st.integers(0, 4)),
        st.builds("{}({})".format, st.sampled_from(["abs", "previous", "growth"]), inner),
        st.builds("(({}) + 1)".format, truths),
        _cases(inner),
    )


expressions = st.recursive(leaves, _values, max_leaves=8)
conditions = _conditions(expressions)

codes = st.sampled_from(VILLAGE_STANDARDS).map('"{}"'.format)
groups = st.lists(codes, min_size=2, max_size=4, unique=True).map(", ".join)
standings = st.one_of(
    st.builds("met({})".format, codes),
    st.builds("applies({})".format, codes),
    st.builds("meets({}, {})".format, st.integers(1, 2), groups),
    st.builds("meets_all({})".format, groups),
)
of_village = st.one_of(
    expressions,
    conditions,
    standings,
    st.builds("({}) and ({})".format, standings, conditions),
    st.builds("if({}, {}, {})".format, standings, expressions, expressions),
)
asked = st.one_of(facts, conditions, standings, st.builds("({}) or ({})".format, conditions, standings))
polls = st.one_of(
    st.builds("{}({})".format, st.sampled_from(["count", "count_known", "share"]), asked),
    st.builds("share({}, {})".format, asked, asked),
    st.builds("share_met({})".format, codes),
    st.just("count_villages()"),
)
of_wider = st.one_of(
    expressions,
    polls,
    polls,
    polls,
    st.builds("({} {} {})".format, polls, st.sampled_from("+-*/"), expressions),
    st.builds("if({} >= 50, {}, {})".format, polls, polls, expressions),
)
in_score = st.one_of(
    st.just(""),
    st.sampled_from(
        [
            "value()",
            "min(4 * value(), 60)",
            "if(is_met(), 10, 0)",
            "10 - (threshold() - value()) / 3",
            "-value()",
            "band(value(), 95, 10, 60, 5.55555, 0)",
        ]
    ),
    st.builds("value() + {}".format, expressions),
    st.builds("if(is_met(), {}, value())".format, expressions),
)
FIGURES = [
    Decimal(text) for text in ("0", "1", "2", "3", "95", "-4", "0.0001", "1480.5", "99999999999999.9999")
]


def _standard(formulas, scopes: list[str]):
    return st.fixed_dictionaries(
        {
            "expression": formulas,
            "comparator": st.sampled_from(COMPARATORS),
            "threshold": st.one_of(numbers, formulas),
            "upper": numbers,
            "tolerance": numbers,
            "stretch": st.one_of(st.just(""), numbers),
            "deadline": st.sampled_from([date(2024, 3, 31), date(2023, 6, 30), date(2025, 1, 31)]),
            "places": st.integers(0, 6),
            "near_margin": st.sampled_from([None, Decimal("0"), Decimal("1.5")]),
            "applies_if": st.one_of(st.just(""), st.just(""), conditions),
            "points": st.sampled_from([None, Decimal(10), Decimal("60.5")]),
            "least_points": st.sampled_from([Decimal(0), Decimal(-5)]),
            "score": in_score,
            "scope": st.sampled_from(scopes),
            "only_eco": st.booleans(),
        }
    )


standards = st.one_of(
    _standard(of_village, ["village"]), _standard(of_wider, ["township", "kind", "programme"])
)
