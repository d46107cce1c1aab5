"""manage.py compute_compliance --programme lingwu --year 2025: compute verdicts now and print them."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.templatetags.display import month_code, number, verdict_mark, verdict_word
from indicators.engine import ExpressionError, compute
from indicators.models import Verdict
from villages.models import Programme, Village

HEADS = ("标准", "对象", "村（社区）", "结论", "实际值", "目标值", "还差", "数据截至")


class Command(BaseCommand):
    help = "立即计算一个方案一年的达标结论，并列出结果。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--programme", required=True, help="方案代码，如 lingwu")
        parser.add_argument("--year", required=True, type=int, help="年份，如 2025")
        parser.add_argument("--village", help="村代码（12 位）：只计算这个村和它所在的乡镇、类别、整个方案")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = _programme(options["programme"], options["year"])
        villages = [_village(programme, options["village"])] if options["village"] else None
        try:
            computed = compute(programme, options["year"], now=clock.now(), villages=villages)
        except ExpressionError as error:
            raise CommandError(f"方案里有不能计算的公式：{error}") from error
        verdicts = _verdicts(programme, options["year"], villages)
        if options["json"]:
            self.stdout.write(
                json.dumps([_as_json(verdict) for verdict in verdicts], ensure_ascii=False, indent=1)
            )
            return
        self._table(verdicts)
        self.stdout.write(
            f"共 {len(verdicts)} 条结论，本次写入 {computed.written} 条，清除 {computed.dropped} 条。"
        )

    def _table(self, verdicts: Iterable[Verdict]) -> None:
        rows = [HEADS, *(_as_row(verdict) for verdict in verdicts)]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _programme(code: str, year: int) -> Programme:
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        known = "、".join(Programme.objects.values_list("code", flat=True)) or "还没有方案"
        raise CommandError(f"没有代码为“{code}”的方案。已有：{known}。")
    if year not in programme.years:
        raise CommandError(
            f"方案“{programme}”的年份是 {programme.first_year}—{programme.last_year}，没有 {year} 年。"
        )
    return programme


def _village(programme: Programme, code: str) -> Village:
    village = Village.objects.enrolled_in(programme).filter(code=code).first()
    if village is None:
        raise CommandError(f"方案“{programme}”里没有代码为“{code}”的村（社区）。")
    return village


def _verdicts(programme: Programme, year: int, villages: list[Village] | None) -> list[Verdict]:
    verdicts = Verdict.objects.of_year(programme, year)
    if villages is not None:
        verdicts = verdicts.concerning(villages[0])
    return list(verdicts)


def _as_json(verdict: Verdict) -> dict[str, str | None]:
    return {
        "standard": verdict.standard.code,
        "scope_code": verdict.scope_code,
        "village": verdict.village.code if verdict.village else None,
        "status": verdict.status,
        "value": _plain(verdict.value),
        "threshold": _plain(verdict.threshold),
        "gap": _plain(verdict.gap),
        "data_month": f"{verdict.data_month:%Y-%m}" if verdict.data_month else None,
    }


def _as_row(verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.standard.code,
        verdict.scope_code,
        verdict.village.name if verdict.village else "",
        f"{verdict_mark(verdict.status)} {verdict_word(verdict.status)}",
        number(verdict.value),
        number(verdict.threshold),
        number(verdict.gap),
        month_code(verdict.data_month),
    )


def _plain(value: Any) -> str | None:
    """Write a figure without the zeros that only the column adds."""
    return None if value is None else number(value).replace(",", "")


def _width(text: str) -> int:
    """Count a Chinese character as two columns of a terminal."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
