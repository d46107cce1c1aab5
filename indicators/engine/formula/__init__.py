"""A formula as it is computed: names resolved, other indicators inlined, time pushed down to the figures.

Both readers, the SQL compiler and the Python interpreter, read this tree and nothing else.
"""

from indicators.engine.formula.leaves import (
    YEARLY,
    Area,
    Attribute,
    Covered,
    Exempted,
    Fold,
    Found,
    InForce,
    Judged,
    Kind,
    Measure,
    Missing,
    Node,
    Number,
    Option,
    Reference,
    Text,
    Year,
)
from indicators.engine.formula.operations import (
    Absolute,
    Arithmetic,
    AsCondition,
    AsNumber,
    AtLeast,
    Band,
    Choice,
    Comparison,
    Extreme,
    Kept,
    Logic,
    Negative,
    Not,
    OneOf,
    Position,
    Rounded,
    Switch,
)
from indicators.engine.formula.places import (
    Applies,
    Count,
    Meets,
    Met,
    Poll,
    Share,
    Standing,
)
from indicators.engine.formula.walking import measures, parts, references, timed, timed_here, walk, walk_here

Constant = Number | Text | Option | Missing
OwnPlace = Kind | Attribute | Covered | Exempted | Judged
Leaf = Constant | OwnPlace | Measure | Reference | Year | Area | Found | InForce
Asked = Met | Applies | Meets
Condition = (
    Comparison | Logic | Not | AsCondition | OneOf | AtLeast | Asked | Covered | InForce | Exempted | Judged
)
Formula = (
    Leaf
    | Condition
    | Arithmetic
    | Negative
    | Choice
    | Switch
    | Band
    | Extreme
    | Rounded
    | Absolute
    | AsNumber
    | Position
    | Kept
    | Standing
    | Poll
    | Count
    | Share
)


def is_condition(formula: Formula) -> bool:
    """Say whether a formula gives true or false, not a number."""
    return isinstance(formula, Condition) or formula == Found("is_met")


__all__ = [
    "YEARLY",
    "Absolute",
    "Applies",
    "Area",
    "Arithmetic",
    "AsCondition",
    "AsNumber",
    "AtLeast",
    "Attribute",
    "Band",
    "Choice",
    "Comparison",
    "Condition",
    "Count",
    "Covered",
    "Exempted",
    "Extreme",
    "Fold",
    "Formula",
    "Found",
    "InForce",
    "Judged",
    "Kept",
    "Kind",
    "Leaf",
    "Logic",
    "Measure",
    "Meets",
    "Met",
    "Missing",
    "Negative",
    "Node",
    "Not",
    "Number",
    "OneOf",
    "Option",
    "Poll",
    "Position",
    "Reference",
    "Rounded",
    "Share",
    "Standing",
    "Switch",
    "Text",
    "Year",
    "is_condition",
    "measures",
    "parts",
    "references",
    "timed",
    "timed_here",
    "walk",
    "walk_here",
]
