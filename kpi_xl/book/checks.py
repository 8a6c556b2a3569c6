"""Everything that can be wrong with the inputs: explicit lists of rules, each a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kpi_xl.book.adjustment_checks import adjustments_meet_their_card, reweighting_keeps_its_limit
from kpi_xl.book.calibration_checks import calibrations_are_sound
from kpi_xl.book.context import Context, context_of
from kpi_xl.book.fact_checks import facts_are_sound, targets_fit_their_rule
from kpi_xl.book.people_checks import (
    absentees_are_listed,
    parts_are_published,
    points_are_sound,
    superiors_have_a_score,
)
from kpi_xl.book.plan_checks import plan_issues
from kpi_xl.book.read import Reading
from kpi_xl.book.setup_checks import (
    LOCKED,
    grade_bands_cover_the_scale,
    indicators_exist,
    keys_are_unique,
    parents_lead_upwards,
    period_is_open,
    rules_compile,
    something_is_appraised,
    templates_exist,
    weights_fill_each_template,
)
from kpi_xl.book.tables.check_list import remarks_in
from kpi_xl.book.weighing.dates import weights_are_those_of_the_period
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue

Rule = Callable[[Context], Iterable[Issue]]

RULES: tuple[Rule, ...] = (period_is_open, keys_are_unique, grade_bands_cover_the_scale)
CODE_RULES: tuple[Rule, ...] = (
    something_is_appraised, templates_exist, parents_lead_upwards, indicators_exist, weights_fill_each_template,
    rules_compile,
)  # fmt: skip
"""These follow codes from table to table: where one cannot be read, they would blame every row that uses it."""
FACT_RULES: tuple[Rule, ...] = (
    targets_fit_their_rule, facts_are_sound, points_are_sound, adjustments_meet_their_card, reweighting_keeps_its_limit,
    parts_are_published, superiors_have_a_score, absentees_are_listed, calibrations_are_sound,
)  # fmt: skip
"""These look for the rows of a card in the period, so both must be known."""


def check(
    reading: Reading, grids: Mapping[str, TableGrid], context: Context | None = None
) -> tuple[Issue, ...]:
    """Every issue of inputs that were read whole; one mistake is not reported twice.

    `context` saves computing what the rules look at a second time.
    """
    context = context or context_of(reading, grids)
    rules = (
        *RULES,
        *(CODE_RULES if reading.is_coded else ()),
        *(FACT_RULES if reading.is_coded and reading.has_period else ()),
    )
    found = [issue for rule in rules for issue in rule(context)]
    if reading.is_coded and reading.has_period:
        found += weights_are_those_of_the_period(context, grids)
    is_sound = all(issue.severity != "error" or issue.code == LOCKED for issue in (*reading.issues, *found))
    return (*found, *(plan_issues(context, grids) if is_sound and reading.has_period else ()))


def remarks_of(issues: Iterable[Issue]) -> Mapping[str, int]:
    """What the checks of the plan as a whole found, by line of 检查; nothing where errors kept them from looking."""
    listed = list(issues)
    if any(issue.severity == "error" and issue.code != LOCKED for issue in listed):
        return {}
    return remarks_in(issue.code for issue in listed)


def spoiled(inputs: Inputs, issues: Iterable[Issue]) -> Inputs:
    """The inputs with the cards and rows marked that errors spoil, so that they are withheld."""
    errors = [issue for issue in issues if issue.severity == "error" and issue.cards]
    return replace(
        inputs,
        spoiled_cards=frozenset(card for issue in errors if not issue.kpi for card in issue.cards),
        spoiled_items=frozenset((card, issue.kpi) for issue in errors if issue.kpi for card in issue.cards),
    )
