"""Forecasting a running year: what its standards will say in December if the year goes on like this.

Forecasts are written beside verdicts, in the transaction that has just computed those and holds their locks.
A year that has ended, or was not begun, has none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.utils.timezone import localdate

from common.divisions import Level
from indicators.engine.computing.verdicts import by_scope, chunks, codes_of, prepare, run
from indicators.engine.formula.rule import Rule
from indicators.engine.periods import Period
from indicators.engine.sql.forecasts import december, drop_statement, forecast_statement
from indicators.engine.sql.statements import Task, Villages
from villages.models import Programme, Village


@dataclass(frozen=True, slots=True)
class Forecaster:
    """A programme's year at a moment: rules that figures decide, and what was known."""

    task: Task
    known: Period
    own: Sequence[Rule]
    wider: Sequence[Rule]

    @classmethod
    def of(cls, programme: Programme, year: int, now: datetime) -> "Forecaster":
        task, rules = prepare(programme, year, now, is_forecast=True)
        runs = year == localdate(now).year
        own, wider = by_scope([rule for rule in rules if runs and rule.value is not None])
        return cls(replace(task, as_of=december(year)), task.as_of, own, wider)

    def write_villages(self, parts: Iterable[Villages]) -> int:
        return sum(self._write(self.own, part) for part in parts)

    def write_wider(self) -> int:
        return self._write(self.wider, Villages())

    def drop(self) -> int:
        with connection.cursor() as cursor:
            return run(cursor, drop_statement(self.task, [*self.own, *self.wider]))

    def _write(self, rules: Sequence[Rule], part: Villages) -> int:
        if not rules:
            return 0
        with connection.cursor() as cursor:
            return run(cursor, forecast_statement(self.task, rules, part, self.known))


def forecast(programme: Programme, year: int, *, now: datetime) -> int:
    """Forecast every village of a programme's year and everything wider; return how many were written."""
    forecaster = Forecaster.of(programme, year, now)
    written = forecaster.write_villages(chunks(codes_of(programme))) + forecaster.write_wider()
    forecaster.drop()
    return written


def forecast_village(programme: Programme, year: int, village: Village, *, now: datetime) -> int:
    """Forecast one village: what is wider waits for the night."""
    if year != localdate(now).year:
        return 0
    return Forecaster.of(programme, year, now).write_villages([Villages(ids=[village.pk])])


def forecast_counties(programme: Programme, year: int, first: str, last: str, *, now: datetime) -> int:
    """Forecast the villages in counties `first` to `last`."""
    inside = Villages(first_code=first.ljust(Level.VILLAGE, "0"), last_code=last.ljust(Level.VILLAGE, "9"))
    return Forecaster.of(programme, year, now).write_villages(chunks(codes_of(programme, inside)))


def forecast_wider(programme: Programme, year: int, *, now: datetime) -> int:
    """Forecast what counties leave, and drop what nothing gives any more."""
    forecaster = Forecaster.of(programme, year, now)
    written = forecaster.write_wider()
    forecaster.drop()
    return written
