"""What each column probably is: by what was decided before, by name and unit, by the shape of its cells."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from indicators.models import DataElement
from indicators.month_books import titles, units
from indicators.month_books.headings import Heading
from indicators.month_books.mapping import CODE, MONTH, NAME, TOWNSHIP, ColumnPlan, month_text
from indicators.month_books.titles import Title, read_title

ENOUGH = 0.62  # below, a column is left to the person
SURE = 0.9
OTHER = 0.5  # taken off where the unit, or a word, says that it is something else
NEXT_TO_NOTHING = Decimal("0.01")  # of a figure after the factor of a corner
LONGEST_KIND = 6  # of a head over others that says which kind of figure they are: 去年同期
CONTAINED = 0.89  # at most, where one name only contains the other: never sure
QUALIFIED = 0.8  # at most, where a head adds in brackets what the element does not have
_ROLES = ((CODE, titles.CODE), (NAME, titles.NAME), (TOWNSHIP, titles.TOWNSHIP), (MONTH, titles.MONTH_COLUMN))


@dataclass(frozen=True)
class Learnt:
    """What a title was decided to be, with its factor, in a table of these units."""

    target: str
    factor: str
    units: tuple[str, ...]


@dataclass
class Suggester:
    """Proposes columns for one person's elements; `known` is by title what was decided before."""

    elements: Sequence[DataElement]
    month: date
    known: Mapping[str, Learnt] = field(default_factory=dict)
    _scores: dict[tuple[str, str], float] = field(default_factory=dict)
    _said: dict[str, list[tuple[tuple[str, str], float]]] = field(default_factory=dict)

    def score(self, headings: Sequence[Heading]) -> float:
        """How much these rows of heads say: what could be told apart by them counts once, however often."""
        best: dict[tuple[str, str], float] = {}
        for heading in headings:
            for key, points in self._said_by(heading):
                best[key] = max(points, best.get(key, 0.0))
        return sum(best.values())

    def plans(self, headings: Sequence[Heading]) -> list[ColumnPlan]:
        """A plan for every column; nothing is given to two columns of the same month."""
        plans = {heading.column: self._plain(heading) for heading in headings}
        taken = {(plan.target, plan.month) for plan in plans.values() if plan.target}
        for points, heading, element, month in self._offers(headings, plans):
            key = (element.code, month)
            if key not in taken and not plans[heading.column].target:
                taken.add(key)
                plans[heading.column] = self._plan(heading, element, month, points >= SURE)
        return list(plans.values())

    def _plain(self, heading: Heading) -> ColumnPlan:
        """What is decided without comparing: data of persons, what was decided before, whose row it is."""
        if heading.is_personal:
            return ColumnPlan(heading.column, heading.title, is_personal=True)
        if learnt := self._learnt(heading):
            return learnt
        role = _role(heading)
        month = self._month(heading, read_title(heading.parts[-1])) if heading.parts and not role else ""
        return ColumnPlan(heading.column, heading.title, role, month)

    def _learnt(self, heading: Heading) -> ColumnPlan | None:
        """As the title was decided before; with its factor, where the units over the table are the same."""
        before = self.known.get(titles.plain(heading.title))
        element = next((one for one in self.elements if before and one.code == before.target), None)
        if before is None or element is None:
            return None
        month = self._month(heading, read_title(heading.parts[-1]))
        plan = self._plan(heading, element, month, not titles.is_generic(heading.title))
        if plan.factor == before.factor:
            return plan
        if element.unit != "%" and before.units == heading.around:
            return replace(plan, factor=before.factor)
        return plan if heading.around else replace(plan, is_sure=False)

    def _offers(
        self, headings: Iterable[Heading], plans: Mapping[int, ColumnPlan]
    ) -> list[tuple[float, Heading, DataElement, str]]:
        found = []
        for heading in headings:
            plan = plans[heading.column]
            if plan.target or plan.is_personal or not heading.parts:
                continue
            month = self._month(heading, read_title(heading.parts[-1]))
            found += [
                (points, heading, element, month)
                for element in self.elements
                if (points := self._likeness(heading, element)) >= ENOUGH
            ]
        found.sort(key=lambda offer: -offer[0])
        return _without_ties(found)

    def _likeness(self, heading: Heading, element: DataElement) -> float:
        words = [read_title(part) for part in heading.parts]
        named = [title.words for title in words if title.words]
        forms = {*named[-1:], "".join(named), "".join(named[-2:])}
        if words[-1].month and not words[-1].words:
            forms.update(named)
        points = max((self._compared(form, element) for form in forms if form), default=0.0)
        is_fit = not _said_unit(heading) or bool(_factors(heading, element))
        return points if is_fit and not _is_other(heading, element, self.month.year) else points - OTHER

    def _compared(self, words: str, element: DataElement) -> float:
        key = (words, element.code)
        if key not in self._scores:
            self._scores[key] = compare(words, element)
        return self._scores[key]

    def _said_by(self, heading: Heading) -> list[tuple[tuple[str, str], float]]:
        """What one column is by its head: one that says whose row it is counts twice."""
        if heading.title not in self._said:
            self._said[heading.title] = self._say(heading)
        return self._said[heading.title]

    def _say(self, heading: Heading) -> list[tuple[tuple[str, str], float]]:
        if not heading.parts:
            return []
        if role := _role(heading):
            return [((role, ""), 2.0)]
        if heading.is_personal:
            return [((heading.title, ""), 0.5)]
        points, code = max(
            ((self._likeness(heading, one), one.code) for one in self.elements), default=(0.0, "")
        )
        if points < ENOUGH:
            return []
        unit = 0.01 if any(read_title(part).unit for part in heading.parts) else 0.0
        return [((code, self._month(heading, read_title(heading.parts[-1]))), points + unit)]

    def _month(self, heading: Heading, last: Title) -> str:
        """The month that a head names, with the year of the import where it names none."""
        named = last.month or next((m for part in heading.parts if (m := read_title(part).month)), None)
        if named is None or (len(heading.parts) == 1 and not last.words):
            return ""
        return month_text(date(named[0] or self.month.year, named[1], 1))

    def _plan(self, heading: Heading, element: DataElement, month: str, is_sure: bool) -> ColumnPlan:
        factor = suggested_factor(heading, element)
        is_sure = is_sure and not _is_doubtful(heading, element)
        return ColumnPlan(heading.column, heading.title, element.code, month, factor, is_sure=is_sure)


def compare(words: str, element: DataElement) -> float:
    """How alike a heading's words and an element's name are, 0 to 1."""
    name = titles.plain(element.name)
    if words in (name, element.code):
        return 1.0
    if titles.contradicts(words, name, element.unit):
        return 0.0
    mine, theirs = titles.core(words), titles.core(name)
    if mine == theirs:
        return QUALIFIED if titles.added(words, name) else 0.95
    if len(words) >= 2 and name.endswith(words):
        return min(CONTAINED, 0.6 + 0.35 * len(words) / len(name))
    if len(min(mine, theirs, key=len)) >= 3 and (mine in theirs or theirs in mine):
        share = min(len(mine), len(theirs)) / max(len(mine), len(theirs))
        return min(CONTAINED, 0.6 + 0.35 * share)
    return titles.likeness(mine, theirs) * 0.88


def suggested_factor(heading: Heading, element: DataElement) -> str:
    """From the unit of the heads, or of the table, to the element's; shares written 0.16 become per cent."""
    if element.unit == "%" and _said_unit(heading) in ("", "%") and _are_shares(heading.samples):
        return units.SHARES
    return next(iter(_factors(heading, element)), units.PLAIN.value)


def _said_unit(heading: Heading) -> str:
    return next((unit for part in reversed(heading.parts) if (unit := read_title(part).unit)), "")


def _factors(heading: Heading, element: DataElement) -> list[str]:
    """The factors that the unit of a head allows, or where it names none, those of its table."""
    said = _said_unit(heading)
    around = [unit for unit in heading.around if units.are_alike(unit, element.unit)]
    found = [units.factor(unit, element.unit) for unit in ([said] if said else around)]
    offered = (f"{factor:f}" for factor in found if factor is not None)
    return [factor for factor in dict.fromkeys(offered) if factor in units.VALUES]


def _is_doubtful(heading: Heading, element: DataElement) -> bool:
    """Whether a factor is a guess: 0.16 under a head in %, or a table whose unit is not told for sure."""
    if element.unit == "%" and _are_shares(heading.samples):
        return _said_unit(heading) == "%"
    factors, said = _factors(heading, element), _said_unit(heading)
    is_untold = heading.is_unclear and not said and not factors and units.is_money(element.unit)
    is_far = bool(factors) and not said and _is_far(heading.samples, Decimal(factors[0]))
    return is_untold or is_far or len(factors) > 1


def _is_far(samples: Collection[str], factor: Decimal) -> bool:
    """Whether a corner's unit makes much more of figures, or next to nothing: it may not speak of them."""
    numbers = [number for text in samples if (number := _number(text))]
    return factor > 1 or (factor < 1 and any(abs(number * factor) < NEXT_TO_NOTHING for number in numbers))


def _is_other(heading: Heading, element: DataElement, year: int) -> bool:
    """Whether a word of the heads says that this is another figure: of last year, planned, added up."""
    parts = [part for part in heading.parts[:-1] if len(part) <= LONGEST_KIND] + [heading.parts[-1]]
    said, meant = titles.other_words("".join(parts)), titles.other_words(element.name)
    known = {f"{year}年", *(titles.ADDED_UP if element.is_cumulative else ())}
    is_rate = bool(meant - said & titles.RATES) and _said_unit(heading) != element.unit
    is_strange = titles.is_of_unknown_unit(read_title(heading.parts[-1]).words) and "(" not in element.name
    is_part = titles.is_part(heading.parts[-1]) and not titles.is_part(element.name)
    return bool(said - meant - known) or is_rate or is_strange or is_part


def _are_shares(samples: Collection[str]) -> bool:
    """Whether all cells are at most one, and some not whole: 0.16, not 16."""
    numbers = [number for text in samples if (number := _number(text)) is not None]
    return bool(numbers) and all(0 <= n <= 1 for n in numbers) and any(n % 1 for n in numbers)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _role(heading: Heading) -> str:
    """Whether a head says whose row it is: the lowest title decides."""
    if not heading.parts:
        return ""
    last = titles.plain(heading.parts[-1]).replace("(", "").replace(")", "")
    return next((role for role, pattern in _ROLES if pattern.search(last)), "")


def _without_ties(
    offers: list[tuple[float, Heading, DataElement, str]],
) -> list[tuple[float, Heading, DataElement, str]]:
    """Leave out what two columns could be, or what one could be twice, with equal right."""
    of_element: dict[tuple[str, str], list[float]] = {}
    of_column: dict[int, list[float]] = {}
    for points, heading, element, month in offers:
        of_element.setdefault((element.code, month), []).append(points)
        of_column.setdefault(heading.column, []).append(points)
    return [
        offer
        for offer in offers
        if of_element[offer[2].code, offer[3]].count(offer[0]) == 1
        and of_column[offer[1].column].count(offer[0]) == 1
    ]
