"""Pages of this app: villages, their evidence, their visits."""

from villages.views.evidence import evidence, evidence_add, evidence_list
from villages.views.villages import village_detail, village_list
from villages.views.visits import visit_add, visit_list

__all__ = [
    "evidence",
    "evidence_add",
    "evidence_list",
    "village_detail",
    "village_list",
    "visit_add",
    "visit_list",
]
