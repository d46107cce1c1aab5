"""The pages of the yearly workflow."""

from assessments.views.awards import award, payment, recheck
from assessments.views.detail import detail, step
from assessments.views.lists import application_list, application_open
from assessments.views.opinions import judgements, opinions
from assessments.views.orders import order, order_list, order_new, order_step
from assessments.views.rectifications import rectification_step
from assessments.views.returns import send_back
from assessments.views.self_checks import evidence, evidence_choose, evidence_detach, report, self_check

__all__ = [
    "application_list",
    "application_open",
    "award",
    "detail",
    "evidence",
    "evidence_choose",
    "evidence_detach",
    "judgements",
    "opinions",
    "order",
    "order_list",
    "order_new",
    "order_step",
    "payment",
    "recheck",
    "rectification_step",
    "report",
    "self_check",
    "send_back",
    "step",
]
