"""Every worked number of the scoring rules once more, through the worksheet function."""

from __future__ import annotations

import pytest

from kpi_xl.functions.scores import kpi_score
from tests.scoring.compiled import Case
from tests.scoring.test_worked_numbers import DECK12, WORKED


def columns(cases: list[Case]) -> tuple[list[list[object]], ...]:
    """The arguments after the actual, as columns of a sheet."""
    names = ("target", "threshold", "stretch", "direction", "params")
    return tuple([[getattr(case, name)] for case in cases] for name in names)


@pytest.mark.parametrize(("case", "rows"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED])
def test_a_column_of_actuals(case: Case, rows: list[tuple[float, float]]) -> None:
    actuals = [[actual] for actual, _ in rows]
    scores = kpi_score(case.rule, actuals, case.target, case.threshold, case.stretch, case.direction, case.params)
    assert scores == [[score] for _, score in rows]


def test_the_twelve_items_of_the_department_card() -> None:
    cases = [row[2] for row in DECK12]
    scores = kpi_score([[case.rule] for case in cases], [[row[3]] for row in DECK12], *columns(cases))
    assert scores == [[row[4]] for row in DECK12]
