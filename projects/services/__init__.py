"""Every write of the project library."""

from projects.services.funds import (
    AlreadyBookedError,
    Booking,
    fund_allocate,
    fund_pay,
    fund_set_budget,
    movement_reverse,
)
from projects.services.library import ProjectData, project_create, project_step, project_update
from projects.services.works import progress_record

__all__ = [
    "AlreadyBookedError",
    "Booking",
    "ProjectData",
    "fund_allocate",
    "fund_pay",
    "fund_set_budget",
    "movement_reverse",
    "progress_record",
    "project_create",
    "project_step",
    "project_update",
]
