"""What is known of a village besides its figures: attributes, exemptions, what reviewers said."""

from indicators.engine.formula import Attribute
from indicators.engine.interpreting.situation import NUMBER
from indicators.engine.sql.columns import Columns
from indicators.engine.sql.parameters import Parameters


def attributes_of(columns: Columns, parameters: Parameters) -> str:
    """Name the attributes of an enrolment (e) that formulas ask for."""
    return "".join(
        f", {_attribute(attribute, parameters)} AS a{place}"
        for attribute, place in columns.attributes.items()
    )


def _attribute(attribute: Attribute, parameters: Parameters) -> str:
    """A text as it stands; a number only where it is written like one (situation.NUMBER says the same)."""
    code = parameters.add(attribute.code)
    is_plain = f"jsonb_typeof(e.attributes -> {code}) IN ('string', 'number')"
    text = f"CASE WHEN {is_plain} THEN NULLIF(e.attributes ->> {code}, '') END"
    if attribute.is_text:
        return text
    is_number = f"({text}) ~ {parameters.add(f'^({NUMBER.pattern})$')}"
    return f"CASE WHEN {is_number} THEN (e.attributes ->> {code})::numeric END"


def exemptions(columns: Columns, year: int, parameters: Parameters) -> tuple[str, str]:
    """Whether a village is exempted, e<standard>, for every standard of which that is asked."""
    if not columns.exemptions:
        return "", ""
    ids = sorted(columns.exemptions)
    listed = ", ".join(f"bool_or(x.standard_id = {pk:d}) AS e{pk:d}" for pk in ids)
    return (
        "".join(f", coalesce(e{pk:d}, false) AS e{pk:d}" for pk in ids),
        f"""
    LEFT JOIN (
        SELECT x.village_id, {listed} FROM indicators_exemption x JOIN place USING (village_id)
        WHERE x.year = {year:d} AND x.revoked_at IS NULL AND x.standard_id = ANY({parameters.integers(ids)})
        GROUP BY 1) exempted USING (village_id)""",
    )


def judgements(columns: Columns, year: int, parameters: Parameters) -> tuple[str, str]:
    """What reviewers said, j<standard>, of every standard that formulas name."""
    if not columns.judgements:
        return "", ""
    ids = sorted(columns.judgements)
    listed = ", ".join(f"bool_or(j.is_met) FILTER (WHERE j.standard_id = {pk:d}) AS j{pk:d}" for pk in ids)
    return (
        "".join(f", j{pk:d}" for pk in ids),
        f"""
    LEFT JOIN (
        SELECT j.village_id, {listed} FROM indicators_judgement j JOIN place USING (village_id)
        WHERE j.year = {year:d} AND j.standard_id = ANY({parameters.integers(ids)})
        GROUP BY 1) judged USING (village_id)""",
    )
