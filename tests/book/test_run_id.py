"""The hash of the inputs of an appraisal: every figure counts, the order of rows and where they stand do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi_xl.book.appraisal import run_id
from kpi_xl.model.inputs import Actual, Inputs, RawFigure, Settings, Subject, Target
from kpi_xl.model.periods import parse_period

ROWS = (
    Actual("2026-03|D01|REV", 5.0, None, None, 3.0, ""),
    Actual("2026-03|D01|考核", None, None, 0.1, None, "EXCLUDED", text="“a”", index=1),
    Actual("2026-03|D02|REV", 1e15, -0.5, None, None, "", index=2, cell="填报!B8"),
)
INPUTS = Inputs(
    Settings(parse_period("2026-03")),
    (),
    (Subject("D01", "department", "一部", "", "T", "g"),),
    (),
    (),
    (Target("2026-03|D01|REV", 1.0, 2.0, 3.0),),
    ROWS,
    (),
)


def test_neither_order_nor_place_counts() -> None:
    moved = tuple(replace(row, index=9, cell="填报!B99") for row in reversed(ROWS))
    assert run_id(replace(INPUTS, actuals=moved)) == run_id(INPUTS)


@pytest.mark.parametrize(
    "change",
    [
        {"num": 5.000000000000001}, {"num": None}, {"den": 1.0}, {"value": 0.0}, {"n": 4.0}, {"flag": "OVERRIDE"},
        {"text": "5"}, {"typed": "—"}, {"key": "2026-03|D01|REV2"},
    ],
)  # fmt: skip
def test_every_figure_counts(change: dict[str, object]) -> None:
    changed = (replace(ROWS[0], **change), *ROWS[1:])  # type: ignore[arg-type]
    assert run_id(replace(INPUTS, actuals=changed)) != run_id(INPUTS)


def test_a_row_more_or_less_counts_and_so_does_what_raw_rows_come_to() -> None:
    others = (
        replace(INPUTS, actuals=ROWS[:2]),
        replace(INPUTS, actuals=(*ROWS, ROWS[0])),
        replace(INPUTS, raw={"2026-03|D01|REV": RawFigure(5.0, None, None, None)}),
        replace(INPUTS, raw={"2026-03|D01|REV": RawFigure(5.0, None, None, None, is_approximate=True)}),
    )
    assert len({run_id(INPUTS), *map(run_id, others)}) == 1 + len(others)
