"""What happens in the five villages, as the few numbers from which every month's figures are made.

Six numbers stand for the ends of the years 2020 to 2025; in between, months move in a straight line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Ends = tuple[float, float, float, float, float, float]
ByYear = tuple[float, float, float, float, float]  # 2021 to 2025
ByMonth = Mapping[tuple[int, int], float]

# Which whole each part is a percentage of, in the order of computing.
WHOLES = {
    "labour_force": "population",
    "willing_labour": "labour_force",
    "employed": "labour_force",
    "stable_employed": "employed",
    "organised_employed": "employed",
    "able_families": "households",
    "able_families_employed": "able_families",
    "pension_due": "population",
    "pension_insured": "pension_due",
    "medical_due": "population",
    "medical_insured": "medical_due",
    "doctor_households": "households",
    "sewage_treated": "sewage_generated",
    "sewage_households": "households",
    "garbage_treated": "garbage_generated",
    "toilet_households": "households",
    "toilets_in_use": "toilet_households",
    "green_area": "village_area",
    "wage_income_per_capita": "income_per_capita",
    "agri_output": "village_output",
    "special_agri_output": "agri_output",
    "leading_output": "village_output",
    "infrastructure_done": "infrastructure_total",
}
# How a year's amount falls on its months, in percent.
WEIGHTS: dict[str, tuple[int, ...]] = {
    "village_output": (6, 6, 8, 10, 11, 10, 8, 8, 9, 9, 8, 7),
    "collective_income": (6, 6, 7, 8, 8, 9, 8, 8, 9, 10, 10, 11),
    "grape_orders": (0, 0, 40, 60, 0, 0, 0, 0, 0, 0, 0, 0),
    "melon_orders": (0, 20, 50, 30, 0, 0, 0, 0, 0, 0, 0, 0),
    "tomato_orders": (0, 0, 30, 40, 0, 0, 0, 30, 0, 0, 0, 0),
    "new_stable_jobs": (4, 12, 16, 11, 8, 7, 6, 7, 9, 8, 6, 6),
    "agri_training": (18, 14, 16, 4, 2, 2, 2, 4, 6, 8, 12, 12),
    "skill_training": (6, 10, 16, 12, 8, 8, 6, 6, 10, 8, 6, 4),
    "new_businesses": (4, 6, 14, 12, 10, 8, 8, 8, 10, 8, 6, 6),
    "toilets_rebuilt": (0, 0, 6, 14, 16, 16, 14, 14, 12, 8, 0, 0),
    "new_microloans": (4, 14, 22, 14, 8, 6, 6, 6, 8, 6, 4, 2),
}
# Share of the year's income earned by the end of each month.
INCOME_SO_FAR = (0.08, 0.155, 0.24, 0.315, 0.395, 0.48, 0.565, 0.65, 0.745, 0.835, 0.915, 1.0)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One village: `created` is the year of its title, `growth` the yearly growth of income from 2022 on."""

    code: str
    name: str
    clerk: str
    head: str
    created: int
    ends: Mapping[str, Ends]
    parts: Mapping[str, Ends]
    flows: Mapping[str, ByYear]
    yearly: Mapping[str, ByYear]
    income: float
    growth: tuple[float, float, float, float]
    sewage_per_head: float
    plan_done: tuple[int, int]
    shops: int  # businesses at the end of 2021
    shops_closed: ByYear
    single: Mapping[str, ByMonth] = field(default_factory=dict)


def growing(first: float, *percents: float) -> ByYear:
    """Amounts of the years from 2021 on, each so many percent above the last."""
    years = [first]
    for percent in percents:
        years.append(years[-1] * (1 + percent / 100))
    return (years[0], years[1], years[2], years[3], years[4])
