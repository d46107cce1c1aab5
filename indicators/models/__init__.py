"""Data elements, monthly reports, standards and verdicts."""

from indicators.models.catalogue import DataElement, Indicator, ProgrammeElement, ValidationRule
from indicators.models.judged_years import JudgedYear, Yardstick, YardstickLine
from indicators.models.ledger import (
    MONTH_COLUMNS,
    LedgerLine,
    MonthlyReport,
    MonthlyReportStep,
    ValueChange,
)
from indicators.models.standards import Judgement, ReferenceSeries, ReferenceValue, Standard
from indicators.models.verdicts import ComputeJob, Verdict, VerdictStatus

__all__ = [
    "MONTH_COLUMNS",
    "ComputeJob",
    "DataElement",
    "Indicator",
    "JudgedYear",
    "Judgement",
    "LedgerLine",
    "MonthlyReport",
    "MonthlyReportStep",
    "ProgrammeElement",
    "ReferenceSeries",
    "ReferenceValue",
    "Standard",
    "ValidationRule",
    "ValueChange",
    "Verdict",
    "VerdictStatus",
    "Yardstick",
    "YardstickLine",
]
