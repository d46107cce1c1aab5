"""What a formula asked besides figures, at one place: other standards, every village, attributes, areas."""

from collections.abc import Iterable, Iterator

from indicators.engine import formula as f
from indicators.engine.explaining import words
from indicators.engine.explaining.sentences import with_unit
from indicators.engine.explaining.trace import Known, PollUse, StandardUse
from indicators.engine.explaining.words_asked import area_name, asked_in_words
from indicators.engine.formula import Formula, walk_here
from indicators.engine.interpreting.interpreter import evaluate, stands, truth
from indicators.engine.interpreting.situation import Situation
from indicators.engine.reading.catalogue import Catalogue

FIGURES = (f.Number, f.Text, f.Measure, f.Reference, f.Arithmetic)


def asks_more(formula: f.Node) -> bool:
    """Whether a formula asks for anything besides figures: most of them do not."""
    return not isinstance(formula, FIGURES) or any(asks_more(part) for part in f.parts(formula))


def nodes_above(formulas: Iterable[Formula]) -> list[f.Node]:
    """What is asked of the place itself, each once; not what standards and villages are asked in turn."""
    return list(dict.fromkeys(node for formula in formulas for node in _above(formula)))


def _above(node: f.Node) -> Iterator[f.Node]:
    yield node
    if not isinstance(node, f.Standing | f.Poll):
        for part in f.parts(node):
            yield from _above(part)


def standards_used(formulas: Iterable[Formula], situation: Situation) -> list[StandardUse]:
    """The standards that formulas ask for, as they stand here."""
    standings = [node for node in nodes_above(formulas) if isinstance(node, f.Standing)]
    return [StandardUse(each.code, each.name, *stands(each, situation)) for each in standings]


def polls_used(formulas: Iterable[Formula], situation: Situation, catalogue: Catalogue) -> list[PollUse]:
    """The questions that formulas ask of every village, with the answers."""
    nodes = nodes_above(formulas)
    shares = [_share(node, situation, catalogue) for node in nodes if isinstance(node, f.Share)]
    counts = [node.holds for node in nodes if isinstance(node, f.Count)]
    lone = [node for node in nodes if isinstance(node, f.Poll) and not _is_part(node, nodes)]
    return shares + [_poll(poll, situation, catalogue) for poll in [*counts, *lone] if poll.condition]


def _is_part(poll: f.Poll, nodes: Iterable[f.Node]) -> bool:
    """Whether the question belongs to a count or a share, which are told as a whole."""
    wholes = (node for node in nodes if isinstance(node, f.Count | f.Share))
    return any(poll in f.parts(whole) for whole in wholes)


def _poll(poll: f.Poll, situation: Situation, catalogue: Catalogue) -> PollUse:
    return _answers(poll.condition, None, situation, catalogue)


def _share(share: f.Share, situation: Situation, catalogue: Catalogue) -> PollUse:
    condition, among = share.holds.condition, share.among.condition
    return _answers(condition, among, situation, catalogue)


def _answers(
    condition: Formula | None, among: Formula | None, situation: Situation, catalogue: Catalogue
) -> PollUse:
    answers: dict[object, list[str]] = {True: [], False: [], None: [], "left out": []}
    for village in situation.each():
        is_asked = among is None or evaluate(among, village) is True
        answer = truth(condition, village) if condition is not None else None
        answers[answer if is_asked else "left out"].append(village.members[0].name)
    asked = asked_in_words(condition, among, words.by_name(catalogue))
    return PollUse(asked, answers[True], answers[False], answers[None], answers["left out"])


def known_used(formulas: Iterable[Formula], situation: Situation, catalogue: Catalogue) -> list[Known]:
    """Attributes and sums of areas that formulas read."""
    speaker = words.by_name(catalogue)
    found = dict.fromkeys(node for formula in formulas for node in walk_here(formula))
    attributes = [
        Known(catalogue.attributes[node.code].name, words.known(situation.attribute(node)))
        for node in found
        if isinstance(node, f.Attribute)
    ]
    areas = [
        Known(area_name(node, speaker), _area(node, situation, catalogue))
        for node in found
        if isinstance(node, f.Area)
    ]
    return attributes + areas


def _area(area: f.Area, situation: Situation, catalogue: Catalogue) -> str:
    value = situation.area(area)
    if value is None:
        return words.MISSING
    return with_unit(value, catalogue.elements[area.element].unit if area.what == "sum" else "个")
