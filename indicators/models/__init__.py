"""Data elements, monthly reports, standards, verdicts and scores."""

from indicators.models.areas import AreaLine
from indicators.models.catalogue import DataElement, ProgrammeElement, ValidationRule
from indicators.models.changes import Difference, ValueChange
from indicators.models.corrections import Amendment, AmendmentLine, LatePermit, RequestState
from indicators.models.exemptions import Exemption
from indicators.models.forecasts import Forecast
from indicators.models.imports import ColumnMapping, ImportedRow, WorkbookImport
from indicators.models.indicators import Indicator
from indicators.models.judged_years import JudgedYear, Yardstick, YardstickLine
from indicators.models.ledger import (
    MONTH_COLUMNS,
    LedgerLine,
    MonthlyReport,
    MonthlyReportStep,
)
from indicators.models.notes import CellNote
from indicators.models.scoring import Grade, Score, ScoreSection
from indicators.models.standards import Judgement, ReferenceSeries, ReferenceValue, Standard
from indicators.models.verdicts import ComputeJob, Verdict, VerdictStatus

__all__ = [
    "MONTH_COLUMNS",
    "Amendment",
    "AmendmentLine",
    "AreaLine",
    "CellNote",
    "ColumnMapping",
    "ComputeJob",
    "DataElement",
    "Difference",
    "Exemption",
    "Forecast",
    "Grade",
    "ImportedRow",
    "Indicator",
    "JudgedYear",
    "Judgement",
    "LatePermit",
    "LedgerLine",
    "MonthlyReport",
    "MonthlyReportStep",
    "ProgrammeElement",
    "ReferenceSeries",
    "ReferenceValue",
    "RequestState",
    "Score",
    "ScoreSection",
    "Standard",
    "ValidationRule",
    "ValueChange",
    "Verdict",
    "VerdictStatus",
    "WorkbookImport",
    "Yardstick",
    "YardstickLine",
]
