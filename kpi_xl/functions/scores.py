"""KPI_SCORE and KPI_NEEDED: from an actual to its score, and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kpi_xl.errors import FunctionError
from kpi_xl.functions.blocks import cell_by_cell
from kpi_xl.functions.cells import NO_VALUE, NOTHING, Value, choice, number, result, text
from kpi_xl.functions.registry import worksheet_function
from kpi_xl.model.grid import Scalar
from kpi_xl.model.params import Problem, parse_params
from kpi_xl.model.status import Status
from kpi_xl.scoring.item import is_sound, item_score, needed, word_score
from kpi_xl.scoring.rules import RuleForm, compile_rule
from kpi_xl.scoring.rules.form import GROWTH, Direction, Given

DIRECTIONS: tuple[Direction, ...] = ("up", "down", "range")
DIGITS = 9
"""Two actuals are equal when they are at so many decimals."""
ANCHORS = {"T": "target", "B": "threshold", "S": "stretch"}
OF_THE_NAME = frozenset(("E-RULE-UNKNOWN", "W-RULE-LATER"))


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its anchors, known to be able to score."""

    form: RuleForm
    target: float | None
    threshold: float | None
    stretch: float | None
    previous: float | None


@worksheet_function("KPI_SCORE")
@cell_by_cell
def kpi_score(
    rule: Scalar,
    actual: Scalar,
    target: Scalar = None,
    threshold: Scalar = None,
    stretch: Scalar = None,
    direction: Scalar = "up",
    params: Scalar = "",
) -> Value:
    """Score of an actual under a scoring rule, in points; 100 is on target.

    Returns
    -------
    float or ""
        Two decimals; "" when the actual is missing or growth has no base.

    Raises
    ------
    FunctionError
        ``CONFIG_ERROR`` with the problem, ``E-RULE-UNKNOWN``, ``W-RULE-LATER``, ``E-NUMBER``, ``NON_FINITE``.

    >>> kpi_score("LINEAR", 0.21, 0.22, 0.18, 0.26)
    90.0
    """
    ready = _ready(rule, target, threshold, stretch, direction, params)
    if ready.form.texts:
        word = text(actual)
        return NO_VALUE if word.casefold() in NOTHING else word_score(ready.form, word)
    found = item_score(ready.form, number(actual), ready.target, ready.threshold, ready.stretch, ready.previous)
    if found.status == Status.NON_FINITE:
        raise FunctionError("NON_FINITE", found=text(actual))
    return result(found.score)


@worksheet_function("KPI_NEEDED")
@cell_by_cell
def kpi_needed(
    rule: Scalar,
    score: Scalar,
    target: Scalar = None,
    threshold: Scalar = None,
    stretch: Scalar = None,
    direction: Scalar = "up",
    params: Scalar = "",
) -> Value:
    """The actual that just reaches a score, in the indicator's own unit.

    Returns
    -------
    float or ""
        "" when the rule never gives that score, or gives it to every actual.

    Raises
    ------
    FunctionError
        As `kpi_score`.

    >>> kpi_needed("LINEAR", 97.80, 0.22, 0.18, 0.26)
    0.2178
    """
    ready = _ready(rule, target, threshold, stretch, direction, params)
    points = number(score)
    if points is None:
        return NO_VALUE
    return result(needed(ready.form, points, ready.target, ready.threshold, ready.stretch, ready.previous))


def _ready(
    rule: Scalar, target: Scalar, threshold: Scalar, stretch: Scalar, direction: Scalar, params: Scalar
) -> Ready:
    name, anchors = text(rule).upper(), (number(target), number(threshold), number(stretch))
    way = DIRECTIONS[DIRECTIONS.index(choice(direction, DIRECTIONS, "direction"))]
    given = frozenset(letter for letter, anchor in zip(ANCHORS, anchors, strict=True) if anchor is not None)
    form, problems = _compiled(name, text(params), way, given)
    if form is None:
        raise _unfit(name, problems)
    if form.measure == GROWTH and not isinstance(form.reference, float):
        raise FunctionError("CONFIG_ERROR", problem="W-PARAM-MISSING", rule=name, param="previous")
    ready = Ready(form, *anchors, previous=form.reference if isinstance(form.reference, float) else None)
    _check_anchors(ready, given, way)
    return ready


@lru_cache(maxsize=512)
def _compiled(
    rule: str, params: str, direction: Direction, given: Given
) -> tuple[RuleForm | None, tuple[Problem, ...]]:
    return compile_rule(rule, parse_params(params), direction, DIGITS, given)


def _unfit(rule: str, problems: tuple[Problem, ...]) -> FunctionError:
    """The failure of a rule that cannot be compiled: its first problem, errors before gaps."""
    worst = min(problems, key=lambda problem: problem.code[0])
    facts = {"rule": rule, **worst.args}
    return FunctionError(worst.code, **facts) if worst.code in OF_THE_NAME else _config(worst.code, facts)


def _config(problem: str, facts: dict[str, object]) -> FunctionError:
    return FunctionError("CONFIG_ERROR", problem=problem, **facts)


def _check_anchors(ready: Ready, given: Given, direction: Direction) -> None:
    form, target = ready.form, ready.target
    lacking = [name for letter, name in ANCHORS.items() if letter in form.needs - given]
    if lacking:
        raise _config("E-FUNCTION-ANCHOR-MISSING", {"rule": form.rule, "wanted": ", ".join(lacking)})
    if form.form is None or is_sound(form, target, ready.threshold, ready.stretch):
        return
    if target == 0 and "T" in form.needs and not form.needs - {"T"}:
        raise _config("E-FUNCTION-TARGET-ZERO", {"rule": form.rule})
    numbers = {name: getattr(ready, name) for letter, name in ANCHORS.items() if letter in form.needs}
    found = ", ".join(f"{name}={value:.15g}" for name, value in numbers.items())
    raise _config("E-FUNCTION-ANCHOR-ORDER", {"rule": form.rule, "found": found, "direction": direction})
