"""What happens in the five villages, as the few numbers from which every month's figures are made.

A tuple of six stands for the ends of the years 2020 to 2025; between two ends the months move in a straight line.
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
EVEN = (8, 8, 8, 8, 9, 9, 9, 9, 8, 8, 8, 8)
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
    without: frozenset[str] = frozenset()


TOWN_WITHOUT = frozenset(
    {
        "village_output", "agri_output", "special_agri_output", "leading_output", "new_farm_entities", "grape_orders",
        "melon_orders", "tomato_orders", "greenhouses_built", "toilet_households", "toilets_in_use", "toilets_rebuilt",
    }
)  # fmt: skip


def _growing(first: float, *percents: float) -> ByYear:
    years = [first]
    for percent in percents:
        years.append(years[-1] * (1 + percent / 100))
    return (years[0], years[1], years[2], years[3], years[4])


SOUTH = Story(
    code="640181101219",
    name="泾灵南村",
    clerk="clerk_haojiaqiao",
    head="head_haojiaqiao",
    created=2022,
    ends={
        "households": (905, 912, 918, 925, 931, 936),
        "population": (3940, 3962, 3985, 4010, 4032, 4051),
        "village_area": (1648, 1648, 1648, 1652, 1652, 1652),
        "infrastructure_total": (26, 26, 26, 26, 26, 26),
    },
    parts={
        "labour_force": (55.8, 56.0, 56.2, 56.3, 56.4, 56.5),
        "willing_labour": (95, 95, 95, 95, 95, 95),
        "employed": (88.0, 89.5, 91.4, 91.8, 92.2, 92.6),
        "stable_employed": (55, 58, 62, 64, 66, 67),
        "organised_employed": (17, 19, 22, 23, 24, 25),
        "able_families": (88, 88, 88, 88, 88, 88),
        "able_families_employed": (97, 98.5, 100, 100, 100, 100),
        "pension_due": (62, 62, 62, 62, 62, 62),
        "pension_insured": (90.2, 93.4, 96.6, 97.0, 97.4, 97.8),
        "medical_due": (98.8, 98.8, 98.8, 98.8, 98.8, 98.8),
        "medical_insured": (96.2, 97.6, 98.9, 99.0, 99.1, 99.2),
        "doctor_households": (96, 98.4, 100, 100, 100, 100),
        "sewage_treated": (58, 64, 74, 80, 84, 87),
        "sewage_households": (80, 88, 96.4, 97.2, 97.8, 98.1),
        "garbage_treated": (92, 94.4, 96.8, 97.4, 97.9, 98.2),
        "toilet_households": (90, 94, 98.6, 99.6, 100, 100),
        "toilets_in_use": (97, 98.5, 100, 100, 100, 100),
        "green_area": (38.6, 41.2, 45.6, 46.4, 47.0, 47.3),
        "wage_income_per_capita": (46.5, 47.2, 48.4, 49.0, 49.6, 50.1),
        "agri_output": (72, 72, 71.5, 71, 70.5, 70),
        "special_agri_output": (76, 79, 84, 85, 86, 86.5),
        "leading_output": (37, 39.5, 44, 45, 45.6, 46),
        "infrastructure_done": (0, 14, 75, 94, 100, 100),
    },
    flows={
        "village_output": (5180, 5860, 6520, 7140, 7690),
        "grape_orders": (0, 220, 228, 216, 214),
        "melon_orders": (0, 130, 134, 128, 126),
        "tomato_orders": (0, 110, 112, 108, 100),
        "collective_income": _growing(60.4, 14.2, 12.6, 11.8, 11.3),
        "new_stable_jobs": (80, 112, 110, 112, 114),
        "agri_training": (90, 180, 178, 185, 180),
        "skill_training": (30, 60, 58, 62, 60),
        "new_businesses": (0, 14, 10, 9, 8),
        "toilets_rebuilt": (0, 260, 280, 250, 0),
        "new_microloans": (20, 62, 58, 66, 70),
    },
    yearly={
        "school_cohort": (54, 52, 57, 55, 51),
        "school_finishing": (53, 52, 57, 55, 51),
        "surveyed_people": (240, 240, 260, 260, 280),
        "satisfied_people": (226, 231, 251, 252, 272),
        "party_stars": (2, 3, 3, 4, 4),
    },
    income=13_900,
    growth=(16.8, 10.9, 9.6, 8.2),
    sewage_per_head=2.1,
    plan_done=(2022, 2),
    shops=40,
    shops_closed=(0, 4, 4, 4, 4),
    single={
        "greenhouses_built": {(2022, 6): 4, (2022, 7): 4, (2022, 9): 3},
        "new_farm_entities": {(2022, 6): 1, (2023, 5): 1},
    },
)

NORTH = Story(
    code="640181101220",
    name="泾灵北村",
    clerk="clerk_haojiaqiao",
    head="head_haojiaqiao",
    created=2023,
    ends={
        "households": (838, 845, 851, 857, 862, 866),
        "population": (3652, 3670, 3694, 3716, 3735, 3750),
        "village_area": (1520, 1520, 1520, 1520, 1526, 1526),
        "infrastructure_total": (24, 24, 24, 24, 24, 24),
    },
    parts={
        "labour_force": (55.6, 55.7, 55.9, 56.0, 56.1, 56.2),
        "willing_labour": (95, 95, 95, 95, 95, 95),
        "employed": (87.0, 88.2, 90.0, 91.6, 91.9, 92.3),
        "stable_employed": (54, 56, 59, 63, 64, 65),
        "organised_employed": (16, 18, 20.5, 22.4, 23.2, 24),
        "able_families": (88, 88, 88, 88, 88, 88),
        "able_families_employed": (96, 97.5, 99, 100, 100, 100),
        "pension_due": (62, 62, 62, 62, 62, 62),
        "pension_insured": (89.5, 91.8, 93.9, 96.8, 97.1, 97.3),
        "medical_due": (98.7, 98.7, 98.7, 98.7, 98.7, 98.7),
        "medical_insured": (95.9, 97.0, 97.8, 98.8, 98.9, 99.0),
        "doctor_households": (94, 97, 98.8, 100, 100, 100),
        "sewage_treated": (55, 59, 65, 72, 77, 81),
        "sewage_households": (76, 82, 90, 96, 96.8, 97.4),
        "garbage_treated": (91, 93, 94.8, 97, 97.5, 97.8),
        "toilet_households": (89, 92, 96, 99, 100, 100),
        "toilets_in_use": (96, 98, 99.2, 100, 100, 100),
        "green_area": (37.4, 39.6, 42.8, 45.8, 46.2, 46.6),
        "wage_income_per_capita": (45.8, 46.4, 47.1, 48.2, 48.9, 49.4),
        "agri_output": (73, 73, 72.5, 72, 71.5, 71),
        "special_agri_output": (71, 74, 78.6, 84.4, 85.2, 85.8),
        "leading_output": (34.5, 36.2, 38.6, 43.4, 44.1, 44.8),
        "infrastructure_done": (0, 12, 72, 92, 100, 100),
    },
    flows={
        "village_output": (4690, 5210, 5840, 6350, 6790),
        "grape_orders": (0, 180, 186, 176, 174),
        "melon_orders": (0, 100, 104, 102, 100),
        "tomato_orders": (0, 102, 104, 102, 96),
        "collective_income": _growing(52.3, 9.7, 13.6, 11.6, 10.9),
        "new_stable_jobs": (74, 104, 108, 106, 108),
        "agri_training": (84, 170, 172, 175, 172),
        "skill_training": (28, 55, 54, 56, 56),
        "new_businesses": (0, 12, 9, 8, 8),
        "toilets_rebuilt": (0, 245, 250, 240, 0),
        "new_microloans": (18, 55, 54, 60, 64),
    },
    yearly={
        "school_cohort": (49, 51, 53, 50, 52),
        "school_finishing": (48, 50, 53, 50, 52),
        "surveyed_people": (220, 220, 240, 240, 260),
        "satisfied_people": (204, 208, 231, 232, 251),
        "party_stars": (2, 2, 3, 3, 4),
    },
    income=13_400,
    growth=(14.6, 12.4, 9.3, 7.8),
    sewage_per_head=2.1,
    plan_done=(2022, 3),
    shops=36,
    shops_closed=(0, 3, 3, 4, 4),
    single={
        "greenhouses_built": {},
        "new_farm_entities": {(2022, 8): 1, (2024, 4): 1, (2024, 9): 1},
    },
)

XING = Story(
    code="640181201212",
    name="泾兴村",
    clerk="clerk_baitugang",
    head="head_baitugang",
    created=2024,
    ends={
        "households": (1002, 1010, 1017, 1024, 1030, 1035),
        "population": (4388, 4410, 4436, 4460, 4481, 4498),
        "village_area": (1830, 1830, 1830, 1836, 1836, 1836),
        "infrastructure_total": (28, 28, 28, 28, 28, 28),
    },
    parts={
        "labour_force": (55.2, 55.4, 55.6, 55.8, 55.9, 56.0),
        "willing_labour": (95, 95, 95, 95, 95, 95),
        "employed": (85.5, 87.0, 88.4, 90.0, 91.8, 92.0),
        "stable_employed": (51, 53, 56, 60, 63, 64),
        "organised_employed": (15, 16.5, 18.6, 20.6, 22.2, 22.8),
        "able_families": (87.5, 87.5, 87.5, 87.5, 87.5, 87.5),
        "able_families_employed": (95, 96.5, 98, 99.2, 100, 99.8),
        "pension_due": (61.5, 61.5, 61.5, 61.5, 61.5, 61.5),
        "pension_insured": (88.0, 90.2, 92.4, 94.4, 96.6, 96.9),
        "medical_due": (98.6, 98.6, 98.6, 98.6, 98.6, 98.6),
        "medical_insured": (95.2, 96.4, 97.1, 97.7, 98.7, 98.8),
        "doctor_households": (92, 95, 97.4, 99, 100, 100),
        "sewage_treated": (50, 54, 59, 65, 72, 76),
        "sewage_households": (70, 76, 84, 91, 96.2, 96.6),
        "garbage_treated": (89.5, 91.5, 93.4, 95, 97, 97.3),
        "toilet_households": (86, 90, 94.5, 98, 100, 100),
        "toilets_in_use": (95, 97, 98.6, 99.6, 100, 100),
        "green_area": (35.8, 38, 40.6, 43.4, 45.7, 46),
        "wage_income_per_capita": (43.6, 44.2, 44.9, 45.6, 46.4, 45.0),
        "agri_output": (75, 75, 74.5, 74, 73.5, 73),
        "special_agri_output": (67, 70, 74.2, 78.8, 85.2, 85.6),
        "leading_output": (31, 33.2, 35.8, 38.8, 43.6, 44),
        "infrastructure_done": (0, 10, 70, 90, 100, 100),
    },
    flows={
        "village_output": (4310, 4680, 5160, 5800, 6180),
        "grape_orders": (0, 120, 126, 118, 120),
        "melon_orders": (0, 90, 92, 92, 90),
        "tomato_orders": (0, 98, 100, 100, 92),
        "collective_income": _growing(44.1, 8.2, 10.8, 13.9, 9.8),
        "new_stable_jobs": (70, 118, 112, 120, 116),
        "agri_training": (80, 165, 170, 172, 168),
        "skill_training": (26, 58, 56, 58, 56),
        "new_businesses": (0, 11, 9, 10, 8),
        "toilets_rebuilt": (0, 235, 270, 249, 0),
        "new_microloans": (14, 48, 50, 56, 58),
    },
    yearly={
        "school_cohort": (58, 60, 57, 59, 61),
        "school_finishing": (56, 59, 56, 59, 61),
        "surveyed_people": (260, 260, 280, 280, 300),
        "satisfied_people": (236, 243, 264, 270, 290),
        "party_stars": (2, 2, 2, 3, 3),
    },
    income=12_600,
    growth=(13.2, 10.2, 11.8, 5.9),
    sewage_per_head=2.0,
    plan_done=(2022, 3),
    shops=34,
    shops_closed=(0, 3, 3, 3, 4),
    single={
        "greenhouses_built": {},
        "new_farm_entities": {(2024, 6): 1, (2025, 7): 1},
    },
)

TOWER = Story(
    code="640181001013",
    name="镇河塔社区",
    clerk="clerk_chengqu",
    head="head_chengqu",
    created=2023,
    ends={
        "households": (1962, 1978, 1990, 2004, 2015, 2024),
        "population": (6080, 6124, 6166, 6210, 6248, 6276),
        "village_area": (1120, 1120, 1120, 1120, 1120, 1120),
        "infrastructure_total": (22, 22, 22, 22, 22, 22),
    },
    parts={
        "labour_force": (57.0, 57.2, 57.4, 57.5, 57.6, 57.7),
        "willing_labour": (98.6, 98.6, 98.6, 98.6, 98.6, 98.6),
        "employed": (90.0, 92.0, 93.8, 96.0, 96.3, 96.5),
        "stable_employed": (66, 70, 73.4, 77.2, 78.2, 79.0),
        "organised_employed": (20, 22, 24, 26, 27, 28),
        "able_families": (91, 91, 91, 91, 91, 91),
        "able_families_employed": (97, 98, 99.2, 100, 100, 100),
        "pension_due": (63, 63, 63, 63, 63, 63),
        "pension_insured": (90.6, 92.4, 94.2, 96.6, 97.0, 97.2),
        "medical_due": (98.9, 98.9, 98.9, 98.9, 98.9, 98.9),
        "medical_insured": (96.4, 97.2, 97.9, 98.8, 98.9, 99.0),
        "doctor_households": (94, 96.5, 98.6, 100, 100, 100),
        "sewage_treated": (82, 85, 88, 91, 93, 94),
        "sewage_households": (90, 93, 95.6, 97.4, 98, 98.4),
        "garbage_treated": (94, 95.4, 96.4, 97.6, 98, 98.3),
        "green_area": (36, 39, 42.6, 45.6, 45.9, 46.1),
        "wage_income_per_capita": (68, 68.6, 69.2, 70, 70.4, 70.8),
        "infrastructure_done": (0, 16, 74, 95, 100, 100),
    },
    flows={
        "collective_income": _growing(70.2, 10.6, 14.8, 11.1, 12.3),
        "new_stable_jobs": (72, 98, 104, 102, 106),
        "agri_training": (0, 0, 0, 0, 0),
        "skill_training": (40, 90, 88, 92, 90),
        "new_businesses": (0, 43, 26, 22, 20),
        "new_microloans": (12, 38, 40, 44, 46),
    },
    yearly={
        "school_cohort": (76, 78, 80, 77, 79),
        "school_finishing": (75, 77, 80, 77, 79),
        "surveyed_people": (300, 300, 320, 320, 340),
        "satisfied_people": (281, 286, 309, 310, 330),
        "party_stars": (2, 3, 3, 4, 4),
    },
    income=16_200,
    growth=(16.1, 12.0, 9.5, 8.8),
    sewage_per_head=2.8,
    plan_done=(2022, 5),
    shops=118,
    shops_closed=(0, 8, 9, 9, 9),
    without=TOWN_WITHOUT,
)

LAKE = Story(
    code="640181001002",
    name="西湖社区",
    clerk="clerk_chengqu",
    head="head_chengqu",
    created=2025,
    ends={
        "households": (1448, 1456, 1463, 1470, 1478, 1485),
        "population": (4352, 4370, 4392, 4414, 4436, 4455),
        "village_area": (860, 860, 860, 860, 860, 860),
        "infrastructure_total": (20, 20, 20, 20, 20, 20),
    },
    parts={
        "labour_force": (56.4, 56.6, 56.8, 57.0, 57.1, 57.2),
        "willing_labour": (98.6, 98.6, 98.6, 98.6, 98.6, 98.6),
        "employed": (87.5, 89.6, 91.4, 93.2, 94.6, 96.2),
        "stable_employed": (58, 62, 66, 69.4, 72.0, 75.2),
        "organised_employed": (16, 18, 20.2, 22, 23.4, 24.8),
        "able_families": (90, 90, 90, 90, 90, 90),
        "able_families_employed": (95, 96.5, 98, 99, 100, 100),
        "pension_due": (62.5, 62.5, 62.5, 62.5, 62.5, 62.5),
        "pension_insured": (87.4, 89.8, 91.9, 93.6, 95.0, 96.4),
        "medical_due": (98.8, 98.8, 98.8, 98.8, 98.8, 98.8),
        "medical_insured": (95.0, 96.1, 96.9, 97.5, 98.1, 98.8),
        "doctor_households": (90, 93, 95.6, 97.6, 99, 100),
        "sewage_treated": (78, 81, 84, 87, 89, 91),
        "sewage_households": (86, 89.4, 92, 94, 95.6, 97),
        "garbage_treated": (92, 93.2, 94.2, 95, 96, 97),
        "green_area": (33, 36, 39, 41.6, 43.4, 45.0),
        "wage_income_per_capita": (66, 66.8, 67.6, 68.4, 69.2, 70),
        "infrastructure_done": (0, 15, 70, 90, 100, 100),
    },
    flows={
        "collective_income": _growing(48.2, 10.9, 11.6, 10.4, 9.7),
        "new_stable_jobs": (64, 92, 98, 104, 108),
        "agri_training": (0, 0, 0, 0, 0),
        "skill_training": (34, 78, 80, 82, 84),
        "new_businesses": (0, 36, 22, 24, 24),
        "new_microloans": (10, 33, 34, 38, 42),
    },
    yearly={
        "school_cohort": (60, 58, 62, 60, 59),
        "school_finishing": (59, 57, 62, 60, 59),
        "surveyed_people": (260, 260, 280, 280, 300),
        "satisfied_people": (238, 242, 263, 267, 289),
        "party_stars": (2, 2, 3, 3, 3),
    },
    income=15_420,
    growth=(16.4, 11.0, 10.0, 9.5),
    sewage_per_head=2.7,
    plan_done=(2022, 3),
    shops=92,
    shops_closed=(0, 6, 7, 8, 8),
    without=TOWN_WITHOUT,
)

STORIES = (SOUTH, NORTH, XING, TOWER, LAKE)
