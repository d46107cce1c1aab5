"""The yearly workflow: applications, what was submitted, opinions, rectification, awards, supervision."""

from assessments.models.applications import Application, ApplicationStep
from assessments.models.awards import Award, AwardPayment, Recheck
from assessments.models.reviews import Opinion, RectificationItem, RectificationStep
from assessments.models.self_checks import SelfCheckItem, Snapshot
from assessments.models.supervision import SupervisionOrder, SupervisionStep

__all__ = [
    "Application",
    "ApplicationStep",
    "Award",
    "AwardPayment",
    "Opinion",
    "Recheck",
    "RectificationItem",
    "RectificationStep",
    "SelfCheckItem",
    "Snapshot",
    "SupervisionOrder",
    "SupervisionStep",
]
