"""Measures, the project library, its money and how far the works are."""

from projects.models.funds import FundMovement, FundSource, ProjectFund
from projects.models.library import Project, ProjectStep, division_of
from projects.models.measures import Measure
from projects.models.works import WorksProgress

__all__ = [
    "FundMovement",
    "FundSource",
    "Measure",
    "Project",
    "ProjectFund",
    "ProjectStep",
    "WorksProgress",
    "division_of",
]
