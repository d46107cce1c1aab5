"""Programmes, the villages that take part in them, what is filed about a village, and the visits it gets."""

from villages.models.programmes import Programme, ProgrammeQuerySet, VillageKind, validate_day_of_year
from villages.models.records import Evidence, EvidenceQuerySet, Visit, VisitQuerySet
from villages.models.villages import Enrolment, EnrolmentQuerySet, Village, VillageQuerySet

__all__ = [
    "Enrolment",
    "EnrolmentQuerySet",
    "Evidence",
    "EvidenceQuerySet",
    "Programme",
    "ProgrammeQuerySet",
    "Village",
    "VillageKind",
    "VillageQuerySet",
    "Visit",
    "VisitQuerySet",
    "validate_day_of_year",
]
