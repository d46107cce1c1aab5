"""How each frozen verdict came about, as plain JSON: the sentence, the formula and what went into it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assessments.models import Application
from indicators.engine import Explanation, Period, explain_all
from indicators.models import Standard


def explanations(
    application: Application, standards: Sequence[Standard], as_of: Period
) -> dict[int, dict[str, Any]]:
    """Explain the measured standards of a village, by standard."""
    measured = [standard for standard in standards if not standard.is_judged]
    found = explain_all(application.programme, application.village, measured, as_of=as_of)
    return {explanation.standard.pk: _as_json(explanation) for explanation in found}


def _as_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "sentence": explanation.sentence,
        "target": explanation.target,
        "formula": explanation.formula,
        "calculation": explanation.calculation,
        "inputs": [
            {"name": used.name, "unit": used.unit, "value": _text(used.value), "shown": used.shown}
            for used in explanation.inputs
        ],
        "references": [
            {
                "name": used.name,
                "unit": used.unit,
                "level": used.level,
                "area_code": used.area_code,
                "year": used.year,
                "value": _text(used.value),
                "source": used.source,
            }
            for used in explanation.references
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
