"""Programmes, the villages that take part in them, what is filed about a village, and the visits it gets."""

from villages.models.attributes import ProgrammeAttribute
from villages.models.calendar import CalendarDay, Workdays
from villages.models.programmes import Programme, ProgrammeQuerySet, VillageKind, validate_day_of_year
from villages.models.records import Evidence, EvidenceQuerySet, Visit, VisitQuerySet
from villages.models.villages import Enrolment, EnrolmentQuerySet, Village, VillageQuerySet

__all__ = [
    "CalendarDay",
    "Enrolment",
    "EnrolmentQuerySet",
    "Evidence",
    "EvidenceQuerySet",
    "Programme",
    "ProgrammeAttribute",
    "ProgrammeQuerySet",
    "Village",
    "VillageKind",
    "VillageQuerySet",
    "Visit",
    "VisitQuerySet",
    "Workdays",
    "validate_day_of_year",
]
