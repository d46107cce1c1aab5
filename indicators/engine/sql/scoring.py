"""The statements of scores: add up scorecards in many villages at once, drop what nothing gives any more.

One statement: the points of every item, then section by section from the deepest level up, then vetoes and
grades. `tallying` says the same in Python.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from indicators.engine.interpreting.scorecards import Card, Item, Rule, Section
from indicators.engine.interpreting.tallying import BETWEEN_CODES, LONGEST_VETOES, POINT_PLACES
from indicators.engine.sql.expressions import quotient
from indicators.engine.sql.parameters import Parameters
from indicators.engine.sql.statements import Statement, Task, Villages
from indicators.models import VerdictStatus

WRITTEN = ("points", "full_points", "missing", "grade", "vetoed_by")
BELOW_ALL = 32_000  # the place of a grade that no points reach


def write_scores_statement(
    task: Task, cards: Sequence[Card], villages: Villages, held: Sequence[int]
) -> Statement:
    """Add up `cards` from the verdicts of `villages` and write what is new or changed.

    Villages in `held` keep what they have; where nothing of a scorecard is asked, there is no score.
    """
    parameters = Parameters()
    listed, found, moment = ", ".join(WRITTEN), _each("n"), f"{parameters.add(task.now)}::timestamptz"
    sections = parameters.integers([section.id for card in cards for section in card.sections])
    sql = f"""
WITH {",".join(_tables(task, cards, villages, held, parameters))}
MERGE INTO indicators_score o USING (SELECT * FROM total) n
    ON o.section_id = n.id AND o.year = {task.year:d} AND o.village_id = n.village_id
        AND o.section_id = ANY({sections}){_score_condition(villages, parameters)}
WHEN MATCHED AND NOT n.is_asked THEN
    DELETE
WHEN MATCHED AND ({_each("o")}) IS DISTINCT FROM ({found}) THEN
    UPDATE SET ({listed}, computed_at) = ({found}, {moment})
WHEN NOT MATCHED AND n.is_asked THEN
    INSERT (section_id, year, village_id, {listed}, computed_at)
    VALUES (n.id, {task.year:d}, n.village_id, {found}, {moment})"""
    return sql, parameters.values


def drop_scores_statement(
    task: Task, cards: Sequence[Card], villages: Villages, held: Sequence[int]
) -> Statement:
    """Delete the year's scores of sections and villages that the programme no longer has."""
    parameters = Parameters()
    programme = parameters.add(task.catalogue.programme.pk)
    sections = parameters.integers([section.id for card in cards for section in card.sections])
    sql = f"""
DELETE FROM indicators_score o USING indicators_scoresection s, villages_village v
WHERE s.id = o.section_id AND v.id = o.village_id AND s.programme_id = {programme}
    AND o.year = {task.year:d}{villages.condition(parameters)}
    AND NOT o.village_id = ANY({parameters.integers(list(held))})
    AND (NOT o.section_id = ANY({sections}) OR NOT EXISTS (
        SELECT FROM villages_enrolment e WHERE e.programme_id = {programme} AND e.village_id = v.id))"""
    return sql, parameters.values


def _tables(
    task: Task, cards: Sequence[Card], villages: Villages, held: Sequence[int], parameters: Parameters
) -> Iterator[str]:
    """The tables that lead from the verdicts to `total`."""
    depths = [depth for card in cards for _, _, depth in _nodes(card.root, None, 0)]
    yield f"\nplace AS MATERIALIZED ({_place_select(task, villages, held, parameters)})"
    yield f"\nsection AS MATERIALIZED ({_section_select(cards, parameters)})"
    yield f"\nitem AS MATERIALIZED ({_item_select(cards, parameters)})"
    yield f"\ngrade AS MATERIALIZED ({_grade_select(cards, parameters)})"
    yield f"\nown AS ({_own_select(task, villages, parameters)})"
    yield f"\nveto AS ({_veto_select(task, villages, parameters)})"
    for depth in range(max(depths), -1, -1):
        yield f"\nlevel_{depth} AS ({_level_select(depth, is_deepest=depth == max(depths))})"
    yield f"\ntotal AS ({_total_select(max(depths))})"


def _nodes(
    section: Section, parent: Section | None, depth: int
) -> Iterator[tuple[Section, Section | None, int]]:
    yield section, parent, depth
    for part in section.parts:
        yield from _nodes(part, section, depth + 1)


def _place_select(task: Task, villages: Villages, held: Sequence[int], parameters: Parameters) -> str:
    return f"""
    SELECT v.id AS village_id, v.code::text AS code
    FROM villages_enrolment e JOIN villages_village v ON v.id = e.village_id
    WHERE e.programme_id = {parameters.add(task.catalogue.programme.pk)}{villages.condition(parameters)}
        AND NOT v.id = ANY({parameters.integers(list(held))})"""


def _listed(rows: Sequence[Sequence[Any]], columns: dict[str, str], parameters: Parameters) -> str:
    """A table of our own: one bound array per column, with the column's type."""
    arrays = [
        f"{parameters.add([row[place] for row in rows])}::{kind}[]"
        for place, kind in enumerate(columns.values())
    ]
    return f"\n    SELECT * FROM unnest({', '.join(arrays)}) AS t ({', '.join(columns)})"


def _section_select(cards: Sequence[Card], parameters: Parameters) -> str:
    columns = {"id": "bigint", "card_id": "bigint", "parent_id": "bigint", "depth": "int"}
    columns |= {"most": "numeric", "weight": "numeric", "is_bonus": "boolean", "rule": "text"}
    rows = [
        (one.id, card.root.id, parent and parent.id, depth, one.most, one.weight, one.is_bonus, one.rule)
        for card in cards
        for one, parent, depth in _nodes(card.root, None, 0)
    ]
    return _listed(rows, columns, parameters)


def _item_select(cards: Sequence[Card], parameters: Parameters) -> str:
    """Every item with its section; `best_place` is what a veto leaves, NULL where it is none."""
    columns = {"standard_id": "bigint", "section_id": "bigint", "card_id": "bigint", "rule": "text"}
    columns |= {"marks": "numeric", "best_place": "int", "code": "text", "position": "int"}
    rows = [
        (
            item.standard_id,
            section.id,
            card.root.id,
            section.rule,
            item.points,
            _best_place(card, item),
            item.code,
        )
        for card in cards
        for section in card.sections
        for item in section.items
    ]
    return _listed([(*row, place) for place, row in enumerate(rows)], columns, parameters)


def _best_place(card: Card, item: Item) -> int | None:
    return card.best_place(item) if item.veto else None


def _grade_select(cards: Sequence[Card], parameters: Parameters) -> str:
    columns = {"card_id": "bigint", "place": "int", "name": "text", "from_points": "numeric"}
    rows = [
        (card.root.id, place, grade.name, grade.points)
        for card in cards
        for place, grade in enumerate(card.grades)
    ]
    return _listed(rows, columns, parameters)


def _own_select(task: Task, villages: Villages, parameters: Parameters) -> str:
    """What a section's own items add up to in each village; a verdict that is not there is missing."""
    return f"""
    SELECT section_id, village_id, COALESCE(sum(marks), 0) AS whole,
        COALESCE(sum(CASE WHEN applies THEN score ELSE given END) FILTER (WHERE marks > 0), 0) AS points,
        COALESCE(sum(score) FILTER (WHERE applies AND marks = 0), 0) AS extra,
        COALESCE(sum(CASE WHEN applies THEN marks ELSE given END), 0) AS full_marks,
        count(*) FILTER (WHERE applies) AS asked,
        count(*) FILTER (WHERE applies AND (
            (marks IS NOT NULL AND score IS NULL)
            OR (best_place IS NOT NULL AND status = '{VerdictStatus.NO_DATA}')
        )) AS missing
    FROM (
        SELECT *, status <> '{VerdictStatus.NOT_APPLICABLE}' AS applies
        FROM (
            SELECT i.section_id, p.village_id, i.marks, i.best_place,
                CASE WHEN i.marks IS NOT NULL THEN o.score END AS score,
                CASE WHEN i.rule = '{Rule.FULL}' THEN i.marks ELSE 0 END AS given,
                COALESCE(o.status, '{VerdictStatus.NO_DATA}') AS status
            FROM place p CROSS JOIN item i
            LEFT JOIN indicators_verdict o ON {_its_verdict(task, villages, parameters)} OFFSET 0
        ) found OFFSET 0
    ) marked
    GROUP BY section_id, village_id"""


def _veto_select(task: Task, villages: Villages, parameters: Parameters) -> str:
    return f"""
    SELECT i.card_id, p.village_id, max(i.best_place) AS best_place,
        left(string_agg(i.code, '{BETWEEN_CODES}' ORDER BY i.position), {LONGEST_VETOES}) AS codes
    FROM place p CROSS JOIN item i
    JOIN indicators_verdict o ON {_its_verdict(task, villages, parameters)}
    WHERE i.best_place IS NOT NULL AND o.status IN ('{VerdictStatus.NEAR}', '{VerdictStatus.UNMET}')
    GROUP BY i.card_id, p.village_id"""


def _its_verdict(task: Task, villages: Villages, parameters: Parameters) -> str:
    return (
        f"o.standard_id = i.standard_id AND o.year = {task.year:d} AND o.scope_code = p.code "
        f"{villages.verdict_condition(parameters)}"
    )


def _level_select(depth: int, *, is_deepest: bool) -> str:
    """The sections of one level: what came together, made up for what does not apply, cut off."""
    scaled = quotient("points * whole", "full_marks")
    rescales = f"rule = '{Rule.RESCALE}' AND full_marks > 0"
    return f"""
    SELECT id, card_id, parent_id, weight, is_bonus, village_id, missing, asked,
        LEAST(most, scaled) AS points, LEAST(most, whole) AS whole,
        LEAST(most, CASE WHEN {rescales} THEN whole ELSE full_marks END) AS full_points
    FROM (
        SELECT *, extra + CASE WHEN {rescales} AND full_marks < whole THEN {scaled} ELSE points END AS scaled
        FROM ({_parts_select(depth) if not is_deepest else _leaves_select(depth)}
        OFFSET 0) gathered OFFSET 0
    ) made_up"""


def _leaves_select(depth: int) -> str:
    return f"""
        SELECT s.*, p.village_id, {_own("extra")} AS extra, {_own("points")} AS points,
            {_own("whole")} AS whole, {_own("full_marks")} AS full_marks, {_own("missing")} AS missing,
            {_own("asked")} AS asked
        FROM section s CROSS JOIN place p
        LEFT JOIN own m ON m.section_id = s.id AND m.village_id = p.village_id
        WHERE s.depth = {depth:d}"""


def _own(column: str) -> str:
    return f"COALESCE(m.{column}, 0)"


def _parts_select(depth: int) -> str:
    """The same with the parts below; the rule `full` gives what did not apply in them."""
    is_full, counted = f"l.rule = '{Rule.FULL}'", "FILTER (WHERE NOT c.is_bonus)"
    return f"""
        SELECT l.id, l.card_id, l.parent_id, l.depth, l.most, l.weight, l.is_bonus, l.rule, l.village_id,
            l.extra + COALESCE(b.extra, 0) AS extra,
            l.points + COALESCE(b.points + CASE WHEN {is_full} THEN b.whole - b.full_points ELSE 0 END, 0)
                AS points,
            l.whole + COALESCE(b.whole, 0) AS whole,
            l.full_marks + COALESCE(CASE WHEN {is_full} THEN b.whole ELSE b.full_points END, 0) AS full_marks,
            l.missing + COALESCE(b.missing, 0) AS missing, l.asked + COALESCE(b.asked, 0) AS asked
        FROM ({_leaves_select(depth)}) l
        LEFT JOIN (
            SELECT c.parent_id, c.village_id, sum(c.missing) AS missing, sum(c.asked) AS asked,
                COALESCE(sum(c.weight * c.points) {counted}, 0) AS points,
                COALESCE(sum(c.weight * c.full_points) {counted}, 0) AS full_points,
                COALESCE(sum(c.weight * c.whole) {counted}, 0) AS whole,
                COALESCE(sum(c.weight * c.points) FILTER (WHERE c.is_bonus), 0) AS extra
            FROM level_{depth + 1:d} c GROUP BY c.parent_id, c.village_id
        ) b ON b.parent_id = l.id AND b.village_id = l.village_id"""


def _total_select(deepest: int) -> str:
    """Every section, rounded, with what its scorecard says: is anything asked, the grade, the vetoes."""
    levels = " UNION ALL ".join(f"SELECT * FROM level_{depth:d}" for depth in range(deepest + 1))
    points, full_points = (f"round(l.{column}, {POINT_PLACES})" for column in ("points", "full_points"))
    reached = f"h.from_points IS NULL OR {points} >= h.from_points"
    settled = "l.missing = 0 OR v.best_place = (SELECT max(h.place) FROM grade h WHERE h.card_id = l.id)"
    return f"""
    SELECT l.id, l.village_id, {points} AS points, {full_points} AS full_points, l.missing::int AS missing,
        r.asked > 0 AS is_asked,
        COALESCE(CASE WHEN l.parent_id IS NULL AND ({settled}) THEN (
            SELECT g.name FROM grade g WHERE g.card_id = l.id AND g.place = GREATEST(v.best_place, COALESCE(
                (SELECT min(h.place) FROM grade h WHERE h.card_id = l.id AND ({reached})), {BELOW_ALL}))
        ) END, '') AS grade,
        COALESCE(v.codes, '') AS vetoed_by
    FROM ({levels}) l
    JOIN level_0 r ON r.id = l.card_id AND r.village_id = l.village_id
    LEFT JOIN veto v ON v.card_id = l.id AND v.village_id = l.village_id"""


def _score_condition(villages: Villages, parameters: Parameters) -> str:
    """Where the scores (o) of a few villages stand in the index."""
    return f" AND o.village_id = ANY({parameters.integers(list(villages.ids))})" if villages.ids else ""


def _each(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in WRITTEN)
