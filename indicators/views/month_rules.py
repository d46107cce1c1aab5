"""The rules of a programme in words: what is checked before a month is signed, and how gravely."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, authorize
from common.templatetags.display import number
from indicators.findings.relations import codes_of, in_words
from indicators.models import DataElement, ProgrammeElement, ValidationRule
from indicators.validation import bounds
from villages.models import Programme


@dataclass(frozen=True)
class RuleRow:
    """One rule as the page prints it."""

    words: str
    severity: str
    is_hard: bool
    elements: list[str]
    message: str = ""


@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """List every rule of a programme, those that stop a submission first."""
    authorize(request.user, Permission.VIEW_WORK)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    asked = ProgrammeElement.objects.filter(programme=programme).select_related("element")
    elements = [row.element for row in asked.order_by("element__position", "element__code")]
    by_code = {element.code: element for element in elements}
    rows = [_row(rule, by_code) for rule in programme.rules.all()]
    page = {
        "programme": programme,
        "rows": sorted(rows, key=lambda row: not row.is_hard),
        "cumulative": [element for element in elements if element.is_cumulative],
        "limits": [(element, _limit(element)) for element in elements],
    }
    return render(request, "indicators/month_rules.html", page)


def _row(rule: ValidationRule, elements: Mapping[str, DataElement]) -> RuleRow:
    codes = codes_of(rule) if rule.kind == rule.Kind.RELATION else rule.elements
    return RuleRow(
        words=_words(rule, elements),
        severity=rule.get_severity_display(),
        is_hard=rule.severity == rule.Severity.HARD,
        elements=[_name(code, elements) for code in codes],
        message="" if rule.kind == rule.Kind.RELATION else rule.message,
    )


def _words(rule: ValidationRule, elements: Mapping[str, DataElement]) -> str:
    if rule.kind == rule.Kind.RELATION:
        return in_words(rule.expression, {code: element.name for code, element in elements.items()})
    if rule.kind == rule.Kind.CHANGE:
        return f"比{rule.Against(rule.against).label}增减不超过 {number(rule.limit)}%"
    return f"偏离以往各月中位数不超过 {number(rule.limit)} 倍（绝对中位差）"


def _name(code: str, elements: Mapping[str, DataElement]) -> str:
    return elements[code].name if code in elements else code


def _limit(element: DataElement) -> str:
    """What a figure of the element can be."""
    return "，".join(_limits(element))


def _limits(element: DataElement) -> Iterator[str]:
    if element.value_type == DataElement.ValueType.BOOLEAN:
        yield "是或否"
        return
    if element.value_type == DataElement.ValueType.CHOICE:
        yield "、".join(map(str, element.options))
        return
    decimals = element.value_type == DataElement.ValueType.DECIMAL and element.places
    yield f"最多 {element.places} 位小数" if decimals else "整数"
    low, high = bounds(element)
    if low is not None:
        yield f"不小于 {number(low)}{element.unit}"
    if high is not None:
        yield f"不大于 {number(high)}{element.unit}"
