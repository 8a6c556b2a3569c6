"""Targets in cells: the worked numbers once more through the worksheet functions, and what a wrong cell says."""

from __future__ import annotations

import pytest

from kpi_xl.commands.call import Json, call
from kpi_xl.errors import KpiError
from kpi_xl.functions.cells import CellFailure, Grid
from kpi_xl.functions.targets import kpi_bts, kpi_calendarise, kpi_forecast, kpi_pattain, kpi_seasonal
from kpi_xl.labels import LANGS
from tests.scoring.targets.fixtures import INDICES, LINE, QUARTERS, YEAR_2022, YEAR_2023

HISTORY: Grid = [[value] for value in LINE]
TWO_YEARS: Grid = [list(YEAR_2022), list(YEAR_2023)]


def flat(block: Grid) -> list[object]:
    assert isinstance(block, list)
    return [cell for row in block for cell in row]


def test_the_season_of_two_years() -> None:
    assert flat(kpi_seasonal([list(YEAR_2022 + YEAR_2023)])) == pytest.approx(INDICES, abs=5e-5)
    assert flat(kpi_seasonal([[value] for value in YEAR_2022 + YEAR_2023], "", "2022年1月")) == pytest.approx(
        INDICES, abs=5e-5
    )


def test_the_season_of_a_year_moves_with_its_festival() -> None:
    past: Grid = [list(YEAR_2022 + YEAR_2023)]
    one, other = (flat(kpi_seasonal(past, "", "2022-01", year)) for year in (2025, 2026))
    assert one[2:] == other[2:]
    assert one[0] != other[0]
    assert sum(one[:2]) == pytest.approx(sum(INDICES[:2]), abs=1e-4)  # type: ignore[arg-type]


def test_a_season_may_begin_anywhere() -> None:
    """Quarters from the second on: 2, 3, 4, 1 twice; the first quarter has the index .4."""
    assert flat(kpi_seasonal([[2, 3, 4, 1, 2, 3, 4, 1]], 4, "2022Q2")) == pytest.approx([0.4, 0.8, 1.2, 1.6])


def test_days_at_work_only_for_a_year_that_is_named() -> None:
    assert sum(flat(kpi_seasonal([[5, 6, 7]], "", "2025-10", 2026))) == pytest.approx(12)  # type: ignore[arg-type]
    with pytest.raises(KpiError, match="E-HISTORY-SHORT"):
        kpi_seasonal([[5, 6, 7]], "", "2025-10")


def test_a_year_by_month_in_the_shape_of_the_indices() -> None:
    column = kpi_calendarise(1500, [[index] for index in INDICES])
    assert isinstance(column, list)
    assert len(column) == 12
    assert round(sum(flat(column)), 9) == 1500.0  # type: ignore[arg-type]
    assert kpi_calendarise(100, [[1, 1, 1]], 1) == [[34.0, 33.0, 33.0]]
    assert kpi_calendarise(80, [[1, 0.9, 1.1]], 1, "mean") == [[80.0, 72.0, 88.0]]
    rate = kpi_calendarise("3.3%", [["2%", "3%", "4%"]], "", "rate", [[100], [200], [300]])
    assert flat(rate) == pytest.approx([0.0198, 0.0297, 0.0396])


def test_the_next_periods() -> None:
    assert flat(kpi_forecast([list(QUARTERS)], 4, "hw", 4)) == pytest.approx([22, 32, 42, 52])
    assert flat(kpi_forecast(HISTORY)) == pytest.approx([128.7121], abs=5e-5)
    assert flat(kpi_forecast(HISTORY, 1, "trend", "", "40%")) == pytest.approx([128.228], abs=5e-4)


def test_blank_cells_at_either_end_are_no_part_of_the_past() -> None:
    padded: Grid = [[""], ["—"], *HISTORY, [None], [""]]  # type: ignore[misc]
    assert kpi_forecast(padded) == kpi_forecast(HISTORY)


def test_threshold_target_stretch() -> None:
    assert flat(kpi_bts(HISTORY)) == pytest.approx([126.160, 128.228, 130.347], abs=5e-4)
    more, less = flat(kpi_bts(HISTORY)), flat(kpi_bts(HISTORY, 1, "down"))
    assert [one + other for one, other in zip(more, less, strict=True)] == pytest.approx([2 * 128.71212] * 3)  # type: ignore[operator]


def test_chances_of_a_block_of_targets() -> None:
    found = kpi_pattain([[128, 133], [126, ""]], HISTORY)
    assert isinstance(found, list)
    assert flat(found)[:3] == pytest.approx([0.6451, 0.0219, 0.9123], abs=5e-5)
    assert flat(found)[3] == ""
    wrong = kpi_pattain([[128], ["x"]], HISTORY)
    assert isinstance(flat(wrong)[1], CellFailure)
    assert kpi_pattain(128, HISTORY, 1, "down") == pytest.approx(1 - 0.6451, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("KPI_SEASONAL", [[[1, 2], [3, 4]]], "E-ARG-VECTOR"),
        ("KPI_SEASONAL", [[1, 2, 3], 5], "E-ARG-CHOICE"),
        ("KPI_SEASONAL", [[1, 2, 3], 12, "abc"], "BAD_DATE"),
        ("KPI_SEASONAL", [[1, 2, 3], 12, "2022-01", 26.5], "E-ARG-CHOICE"),
        ("KPI_SEASONAL", [[1, "x", 3]], "E-NUMBER"),
        ("KPI_CALENDARISE", ["", [1, 2]], "E-ARG-BLANK"),
        ("KPI_CALENDARISE", [100.5, [1, 2], 1], "E-ALLOC-UNIT"),
        ("KPI_CALENDARISE", [100, [0, 0], 1], "E-WEIGHT-NOTHING"),
        ("KPI_CALENDARISE", [100, [1, None], 1], "E-ARG-BLANK"),
        ("KPI_CALENDARISE", [0.03, [1, 2], "", "rate", [1]], "E-WEIGHT-LENGTH"),
        ("KPI_CALENDARISE", [0.03, [1, 2], "", "rate", [0, 0]], "E-RATE-SHAPE"),
        ("KPI_CALENDARISE", [100, [1, 2], 1, "total"], "E-ARG-CHOICE"),
        ("KPI_FORECAST", [[1, 2, 3]], "E-HISTORY-SHORT"),
        ("KPI_FORECAST", [[""]], "E-HISTORY-SHORT"),
        ("KPI_FORECAST", [[1, 2, 3, 5, 5, 7], 0], "E-ARG-CHOICE"),
        ("KPI_FORECAST", [[1, 2, 3, 5, 5, 7], 61], "E-ARG-CHOICE"),
        ("KPI_FORECAST", [[1, 2, 3, 5, 5, 7], 1, "arima"], "E-ARG-CHOICE"),
        ("KPI_FORECAST", [[1, 2, 3, 5, 5, 7], 1, "auto", 12, 1.5], "E-CHANCE"),
        ("KPI_BTS", [[1, 2, 3, 5, 5, 7], 1, "range"], "E-ARG-CHOICE"),
        ("KPI_PATTAIN", [5, [1, 2, 3, 5, 5, 7], 1, "up", "past"], "E-HISTORY-SHORT"),
    ],
)
def test_what_cannot_be_computed_says_why(name: str, args: list[Json], code: str) -> None:
    for lang in LANGS:
        answer = call(name, args, lang)
        assert isinstance(answer, dict)
        assert answer["error"] == code
        assert "{" not in str(answer["message"])
        assert " → " in str(answer["message"])
