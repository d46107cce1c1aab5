"""Validation rules: relations between figures, limits of change, outliers."""

import re

from indicators.engine import ExpressionError, parse
from indicators.engine.language.tree import COMPARISONS, LOGIC, Binary, Call, Unary
from indicators.models import ValidationRule
from programme_files.checks.context import Context
from programme_files.document import RuleRow

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
CONDITIONS = {"any_of", "at_least"}  # functions that give a condition
# kind of rule -> keys it needs; every other key of these must stay away
NEEDED = {
    "relation": {"expression", "message"},
    "change": {"elements", "against", "limit"},
    "outlier": {"elements", "limit"},
}
KEYS = ("expression", "elements", "against", "limit")


def check(context: Context) -> None:
    for row in context.document.rules:
        context.check_columns(context.path(row), row, ValidationRule, code=row.code)
        _check_keys(context, row)
        if row.expression:
            _check_relation(context, row)
        _check_elements(context, row)
        _check_message(context, row)


def _check_keys(context: Context, row: RuleRow) -> None:
    needed = NEEDED.get(row.kind)
    if needed is None:
        return  # the model's choices said so already
    for key in sorted(needed):
        if getattr(row, key) in ("", None, ()):
            context.report(row, "", f"kind 为 {row.kind} 时缺少 {key}。")
    for key in KEYS:
        if key not in needed and getattr(row, key) not in ("", None, ()):
            context.report(row, key, f"kind 为 {row.kind} 时不能写 {key}。")
    if row.limit is not None and row.limit <= 0:
        context.report(row, "limit", "应大于 0。")


def _check_relation(context: Context, row: RuleRow) -> None:
    context.check_formula(row, "expression", month_only=True)
    if not _is_condition(row.expression):
        context.report(row, "expression", "应是一个关系，例如 a <= b。")


def _check_elements(context: Context, row: RuleRow) -> None:
    context.check_known(row, "elements", row.elements, context.elements, "数据项")
    for code in row.elements:
        if context.types.get(code) in {"boolean", "choice"}:
            context.report(row, "elements", f"“{code}”不是数量，谈不上变动幅度和离群。")


def _check_message(context: Context, row: RuleRow) -> None:
    for name in PLACEHOLDER.findall(row.message):
        if name not in context.elements:
            context.report(row, "message", f"花括号里的“{name}”不是数据项的代码。")
    if set("{}") & set(PLACEHOLDER.sub("", row.message)):
        context.report(row, "message", "花括号没有成对。")


def _is_condition(expression: str) -> bool:
    try:
        tree = parse(expression)
    except ExpressionError:
        return True  # reported already
    if isinstance(tree, Unary):
        return tree.operator == "not"
    if isinstance(tree, Call):
        return tree.function in CONDITIONS
    return isinstance(tree, Binary) and tree.operator in COMPARISONS | LOGIC
