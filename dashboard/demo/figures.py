"""Every figure of every month, from the stories: parts below their wholes, years that add up exactly."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from dashboard.demo.communities import LAKE, TOWER
from dashboard.demo.eco_villages import NORTH, SOUTH, XING
from dashboard.demo.library_table import PROJECTS
from dashboard.demo.moments import FIRST_YEAR, LAST_YEAR, months
from dashboard.demo.story import INCOME_SO_FAR, WEIGHTS, WHOLES, ByMonth, Ends, Story

STORIES = (SOUTH, NORTH, XING, TOWER, LAKE)
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
MONTHS = [(month.year, month.month) for month in months()]
PROGRAMME_BEGINS = (2022, 1)
WARM, COLD = Decimal("1.12"), Decimal("0.9")
HUNDRED = Decimal(100)

Months = dict[tuple[int, int], Decimal]


def figures_of(story: Story, places: Mapping[str, int]) -> dict[str, Months]:
    """A village's figures by element and month, with as many decimals as the element has."""
    drawn = _Drawing(story).figures()
    return {
        element: {month: _rounded(value, places[element]) for month, value in months.items()}
        for element, months in drawn.items()
    }


class _Drawing:
    """Draws one village; wholes before their parts."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.found: dict[str, Months] = {}

    def figures(self) -> dict[str, Months]:
        story = self.story
        for element, ends in story.ends.items():
            self.found[element] = _whole_numbers(_between(ends))
        self._income()
        self._waste()
        for element, amounts in story.flows.items():
            self.found[element] = _spread(element, amounts)
        for element, numbers in story.yearly.items():
            self.found[element] = {
                (year, month): Decimal(numbers[year - FIRST_YEAR]) for year, month in MONTHS
            }
        for element, happened in story.single.items():
            self.found[element] = _single(happened)
        self._parts()
        self._governance()
        self._businesses()
        self._projects()
        return self.found

    def _parts(self) -> None:
        for element, whole in WHOLES.items():
            if element in self.story.parts and whole in self.found:
                percents = _between(self.story.parts[element])
                exact = whole not in {"village_output", "agri_output", "village_area", "garbage_generated"}
                shares = {
                    month: value * percents[month] / HUNDRED for month, value in self.found[whole].items()
                }
                self.found[element] = _whole_numbers(shares) if exact else shares

    def _income(self) -> None:
        """Typed as the sum since January: always the same share of the year, so that growth is steady."""
        year_income = [Decimal(str(self.story.income))]
        for percent in self.story.growth:
            year_income.append(year_income[-1] * (1 + Decimal(str(percent)) / HUNDRED))
        self.found["income_per_capita"] = _whole_numbers(
            {
                (year, month): year_income[year - FIRST_YEAR] * Decimal(str(INCOME_SO_FAR[month - 1]))
                for year, month in MONTHS
            }
        )

    def _waste(self) -> None:
        people = self.found["population"]
        per_head = Decimal(str(self.story.sewage_per_head))
        self.found["sewage_generated"] = _whole_numbers(
            {month: people[month] * per_head * _season(month[1]) for month in MONTHS}
        )
        garbage = {month: people[month] * Decimal("0.026") * _season(month[1]) for month in MONTHS}
        self.found["garbage_generated"] = {month: _rounded(value, 1) for month, value in garbage.items()}

    def _governance(self) -> None:
        done = self.story.plan_done
        since = [month for month in MONTHS if month >= PROGRAMME_BEGINS]
        self.found["village_plan_done"] = {month: Decimal(month >= done) for month in since}
        self.found["committee_trainings"] = {month: Decimal(month[1] in (5, 9)) for month in since}
        visits = {month: Decimal(1 + (month[1] + self.story.shops) % 3 // 2) for month in since}
        self.found["leader_visits"] = visits | {
            month: Decimal(0) for month in NO_VISIT.get(self.story.name, ())
        }
        self.found["dropouts"] = {month: Decimal(0) for month in MONTHS} | {
            month: Decimal(1) for month in DROPOUT.get(self.story.name, ())
        }

    def _businesses(self) -> None:
        """A stock: what was there, what came, less what closed in December."""
        stock, found = self.story.shops, {}
        for year, month in MONTHS:
            if year > FIRST_YEAR:
                stock += int(self.found["new_businesses"][year, month])
            if month == 12:
                stock -= int(self.story.shops_closed[year - FIRST_YEAR])
            found[year, month] = Decimal(stock)
        self.found["businesses"] = found

    def _projects(self) -> None:
        """Counted where and when the library says that works begin; across villages, in the first."""
        begun = [project for project in PROJECTS if project.villages[0] == self.story.name]
        since = [month for month in MONTHS if month >= PROGRAMME_BEGINS]
        for element in ("projects_carried_out", "project_investment"):
            self.found[element] = {month: Decimal(0) for month in since}
        for project in begun:
            month = (project.year, project.begins)
            if month in self.found["projects_carried_out"]:
                self.found["projects_carried_out"][month] += 1
                self.found["project_investment"][month] += project.budget


NO_VISIT = {"泾兴村": [(2025, 8)], "西湖社区": [(2023, 2)]}
DROPOUT = {"西湖社区": [(2021, 3), (2021, 4), (2022, 3)], "泾兴村": [(2021, 9), (2022, 9)]}


def _between(ends: Ends) -> Months:
    """Months on the straight line from one year's end to the next."""
    values = [Decimal(str(value)) for value in ends]
    return {
        (year, month): values[year - FIRST_YEAR]
        + (values[year - FIRST_YEAR + 1] - values[year - FIRST_YEAR]) * month / 12
        for year, month in MONTHS
    }


def _spread(element: str, amounts: tuple[float, ...]) -> Months:
    """Split each year's amount over its months so that the months add up to the amount exactly."""
    weights, found = WEIGHTS[element], {}
    cents = 0 if all(float(amount).is_integer() for amount in amounts) else 2
    for year, amount in zip(YEARS, amounts, strict=True):
        total, before = _rounded(Decimal(str(amount)), cents), Decimal(0)
        for month in range(1, 13):
            so_far = _rounded(total * sum(weights[:month]) / sum(weights), cents)
            found[year, month], before = so_far - before, so_far
    return {month: found[month] for month in MONTHS}


def _single(numbers: ByMonth) -> Months:
    since = [month for month in MONTHS if month >= PROGRAMME_BEGINS]
    return {month: Decimal(str(numbers.get(month, 0))) for month in since}


def _season(month: int) -> Decimal:
    """More water and waste in summer, less in winter."""
    return WARM if 5 <= month <= 9 else COLD if month in (1, 2, 12) else Decimal(1)


def _whole_numbers(months: Months) -> Months:
    return {month: _rounded(value, 0) for month, value in months.items()}


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
