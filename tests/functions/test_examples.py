"""Every function has examples that run, each as it is typed into a cell."""

from __future__ import annotations

import pytest

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.functions import REGISTRY, CellFailure
from kpi_xl.functions.cells import Grid
from kpi_xl.functions.examples import Call, examples, formula

CALLS = [
    pytest.param(name, call, id=formula(name, call)) for name in sorted(REGISTRY) for call in examples().get(name, ())
]


def test_every_function_has_an_example_and_every_example_a_function() -> None:
    assert {name for name, calls in examples().items() if calls} == set(FUNCTIONS)


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_an_example_has_the_arguments_that_the_function_needs(name: str, call: Call) -> None:
    spec = REGISTRY[name]
    assert sum(not argument.optional for argument in spec.arguments) <= len(call) <= len(spec.arguments)
    given = [a.default if cell == "" else cell for a, cell in zip(spec.arguments, call, strict=False)]
    assert is_answer(spec.function(*given)) or formula(name, call) == "=KPI_RATIO(5,0)"


def is_answer(value: Grid) -> bool:
    cells = [cell for row in value for cell in row] if isinstance(value, list) else [value]  # type: ignore[union-attr]
    return not any(isinstance(cell, CellFailure) for cell in cells)


@pytest.mark.parametrize(
    ("call", "typed"),
    [
        (["RATIO", 5.4, 5], '=F("RATIO",5.4,5)'),
        (['say "x"', ""], '=F("say ""x""",)'),
        ([[[1, 2], [3, "—"]]], '=F({1,2;3,"—"})'),
        ([["a", "b"], 1e-05], '=F({"a";"b"},1e-05)'),
    ],
)
def test_a_call_is_written_as_excel_reads_it(call: Call, typed: str) -> None:
    assert formula("F", call) == typed
