"""Scoring rules by name: params in, a `RuleForm` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpi_xl.model.params import Params, Problem
from kpi_xl.scoring.rules.form import GROWTH, Direction, Given, Reader, RuleForm, finite, open_reader
from kpi_xl.scoring.rules.stepped import deduct, passfail, range_, step, step_form
from kpi_xl.scoring.rules.straight import efficacy, efficacy_soe, inverse_ratio, linear, linear_form, ratio

LINEAR_KEYS = ("below", "zero", "sb", "st", "ss", "points")
REFERENCES = ("year", "period")
ANY: tuple[Direction, ...] = ("up", "down", "range")


def growth(reader: Reader) -> RuleForm:
    """LINEAR or STEP over the growth against a reference: the year before, the period before, or a number."""
    text = (reader.text("previous") or REFERENCES[0]).casefold()
    reference: str | float | None = text if text in REFERENCES else finite(text)
    if reference is None:
        wanted = ", ".join(REFERENCES)
        reader.problems.append(Problem("E-PARAM-CHOICE", {"param": "previous", "found": text, "wanted": wanted}))
    form = step_form(reader, 9) if reader.text("bands") else linear_form(reader, 9)
    return reader.finish(form, measure=GROWTH, reference=reference)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the params it knows beside the common ones, and how it compiles."""

    params: tuple[str, ...]
    compile: Callable[[Reader], RuleForm]
    directions: tuple[Direction, ...] = ("up", "down")


RULES: Mapping[str, Rule] = {
    "RATIO": Rule(("scale",), ratio),
    "RATIO_INV": Rule((), inverse_ratio, ("down",)),
    "LINEAR": Rule(LINEAR_KEYS, linear),
    "STEP": Rule(("bands",), step),
    "DEDUCT": Rule(("unit", "up", "dn", "pct", "mode", "partial"), deduct),
    "PASSFAIL": Rule(("op", "value", "value2"), passfail, ANY),
    "RANGE": Rule(("l0", "l", "u", "u0", "full", "edge", "out"), range_, ANY),
    "GROWTH": Rule(("previous", "bands", *LINEAR_KEYS), growth),
    "EFFICACY": Rule(("xs", "xh", "below"), efficacy),
    "EFFICACY_SOE": Rule(("v",), efficacy_soe),
}


def compile_rule(
    rule: str, params: Params, direction: Direction, digits: int, given: Given
) -> tuple[RuleForm | None, tuple[Problem, ...]]:
    """A rule with its params as a curve.

    Parameters
    ----------
    rule : str
        Name as in `RULES`.
    params : Params
        As typed; every one of its problems comes back among the problems here.
    direction : "up", "down" or "range"
        Whether more is better, less, or neither.
    digits : int
        Grid of equality of the indicator: two actuals are equal when they are at so many decimals.
    given : frozenset of "T", "B", "S"
        The anchors that are there; STEP and LINEAR leave out a stretch that is not.

    Returns
    -------
    form : RuleForm or None
        None when any problem keeps the rule from scoring.
    problems : tuple of Problem
    """
    known = RULES.get(rule)
    if known is None:
        return None, (Problem("E-RULE-UNKNOWN", {"found": rule, "wanted": ", ".join(RULES)}),)
    reader = open_reader(rule, known.params, known.directions, params, direction, digits, given)
    form = known.compile(reader)
    problems = reader.found(form.cap, form.floor)
    return (None if problems else form), problems


__all__ = ["RULES", "Rule", "RuleForm", "compile_rule"]
