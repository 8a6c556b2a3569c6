"""Targets on the book: the worked numbers of the method, exact sums, and what people typed is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kpi_xl.book.formula import violations
from kpi_xl.book.tables.inputs import TARGETS
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, PARTS, PROPOSALS
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.commands.targets import targets
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar, a1
from kpi_xl.referee import formula_cells, recalculate
from tests.commands.plans import Row, company, goal, ratios, series, table, written
from tests.workbooks.books import assert_agrees, skip_without

LINE = (100, 104, 103, 108, 112, 111, 115, 118, 117, 122, 126, 125)
"""The series of the specification, 5.3: twelve months, the next forecast is 128.7121 with deviation 1.8597."""
SEASONS = (
    (82, 60, 90, 92, 98, 130, 95, 97, 100, 105, 160, 111),
    (90, 68, 99, 103, 108, 146, 104, 106, 111, 115, 178, 122),
)
"""Two years of the specification, 5.1, and the indices of their months."""
INDICES = (.8033, .5973, .8826, .9102, .9620, 1.2882, .9294, .9482, .9851, 1.0275, 1.5780, 1.0881)  # fmt: skip


ANCHORS = ("threshold", "target", "stretch")


def proposals(host: FileHost) -> dict[tuple[Scalar, Scalar], dict[str, Scalar]]:
    """Rows of the proposals by card and indicator."""
    rows = table(host, PROPOSALS.name, [column.key for column in PROPOSALS.columns])
    return {(row["card"], row["kpi"]): row for row in rows}


def splits(host: FileHost) -> list[dict[str, Scalar]]:
    return table(host, DECOMPOSITION.name, [column.key for column in DECOMPOSITION.columns])


def typed(host: FileHost) -> dict[Scalar, dict[str, Scalar]]:
    rows = table(host, TARGETS.name, [column.key for column in TARGETS.columns])
    return {row["key"]: row for row in rows}


def codes(receipt: Receipt) -> set[str]:
    return {issue.code for issue in receipt.issues}


def listed(receipt: Receipt) -> list[dict[str, Any]]:
    found: Any = receipt.facts["proposals"]
    return list(found)


def numbers(row: Mapping[str, Scalar], *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


@pytest.fixture
def line_book(tmp_path: Path) -> FileHost:
    """The series of 5.3, one typed target, the trend asked for."""
    content = company(
        "2026-01", series("2025-01", "C", "REV", LINE), decimals={"REV": 4},
        goals=[goal(2026, "C", "REV", method="TM4")],
        targets=[{"period": "2026-01", "subject": "C", "kpi": "REV", "target": 128.0}],
    )  # fmt: skip
    return written(tmp_path / "book.xlsx", content)


def test_the_trend_and_its_anchors_are_those_of_the_specification(line_book: FileHost) -> None:
    targets(line_book)
    row = proposals(line_book)["C", "REV"]
    assert numbers(row, "n", "last_year", "last_period", "best", "method") == (12, 100, 125, 126, "TM4")
    assert row["tm2"] == pytest.approx(124.33, abs=0.005)
    assert row["tm4"] == pytest.approx(128.7121, abs=5e-5)
    anchors = numbers(row, "threshold", "target", "stretch")
    assert anchors == pytest.approx((126.160, 128.228, 130.347), abs=5e-4)
    assert row["p"] == pytest.approx(0.60, abs=1e-4)


@pytest.mark.parametrize(("target", "p", "name"), [(128.0, 0.6451, "FAIR"), (133.0, 0.0219, "TOO_HARD"), (126.0, 0.9123, "EASY")])
def test_a_typed_target_has_its_chance(tmp_path: Path, target: float, p: float, name: str) -> None:
    """Specification 5.4."""
    content = company(
        "2026-01", series("2025-01", "C", "REV", LINE),
        targets=[{"period": "2026-01", "subject": "C", "kpi": "REV", "target": target}],
    )  # fmt: skip
    host = written(tmp_path / "book.xlsx", content)
    targets(host)
    row = proposals(host)["C", "REV"]
    assert row["typed"] == row["in_force"] == target
    assert row["p_typed"] == pytest.approx(p, abs=5e-5)
    assert row["verdict"] == label("targets", f"verdict.{name}", "zh")
    assert row["over_year"] == pytest.approx(target / 100 - 1)
    assert row["over_best"] == pytest.approx(target / 126 - 1)


def test_growth_on_last_year(tmp_path: Path) -> None:
    """Specification 5.1: 178 grown by 12 % is 199.36."""
    content = company(
        "2024-11", series("2022-01", "C", "REV", [value for year in SEASONS for value in year]),
        goals=[goal(2024, "C", "REV", growth=0.12, method="TM1")],
    )  # fmt: skip
    host = written(tmp_path / "book.xlsx", content)
    targets(host, propose=True)
    assert numbers(proposals(host)["C", "REV"], "method", "tm1", "target") == ("TM1", 199.36, 199.36)


def test_the_months_of_a_goal_follow_the_seasonal_indices(tmp_path: Path) -> None:
    """Specification 5.1; January and February are split by the Spring Festival, and their sum stays."""
    content = company(
        "2024-03", series("2022-01", "C", "REV", [value for year in SEASONS for value in year]), decimals={"REV": 4},
        goals=[goal(2024, "C", "REV", 12.0)],
    )  # fmt: skip
    host = written(tmp_path / "book.xlsx", content)
    receipt = targets(host, decompose=True)
    (row,) = splits(host)
    parts = [float(str(row[part])) for part in PARTS]
    assert parts[2:] == pytest.approx(INDICES[2:], abs=1e-4)
    assert parts[0] + parts[1] == pytest.approx(INDICES[0] + INDICES[1], abs=2e-4)
    assert sum(Decimal(repr(part)) for part in parts) == 12
    assert numbers(row, "total", "wanted", "difference", "lamp") == (12, 12, 0, "✓")
    assert receipt.facts["goals"][0]["periods"] == parts  # type: ignore[index]


def test_months_and_units_are_exact_to_the_cent(tmp_path: Path) -> None:
    """Specification 5.2: a goal of 1500.00; units by their parts of the same month a year ago."""
    actuals = series("2022-01", "C", "REV", [value for year in SEASONS for value in year])
    actuals += [row for unit, part in (("U1", 0.37), ("U2", 0.41), ("U3", 0.22))
                for row in series("2023-01", unit, "REV", [part * value + len(unit) for value in SEASONS[1]])]  # fmt: skip
    host = written(
        tmp_path / "book.xlsx", company("2024-01", actuals, units=("U1", "U2", "U3"), goals=[goal(2024, "C", "REV", 1500.0)])
    )
    targets(host)
    whole, *units = splits(host)
    assert [row["line"] for row in (whole, *units)] == ["total", "unit", "unit", "unit"]
    assert sum(Decimal(repr(whole[part])) for part in PARTS) == 1500
    for part in PARTS:
        assert sum(Decimal(repr(unit[part])) for unit in units) == Decimal(repr(whole[part]))
    assert {row["lamp"] for row in (whole, *units)} == {"✓"}
    assert all(abs(float(str(unit["difference"]))) <= 0.12 for unit in units)
    found = proposals(host)
    assert numbers(found["C", "REV"], "method", "target") == ("TM9", whole["p01"])
    assert [found[f"U{number}", "REV"]["target"] for number in (1, 2, 3)] == [unit["p01"] for unit in units]


def test_what_each_month_left_must_bring_for_the_year(tmp_path: Path) -> None:
    """1200 less 80, 90 and 100 over nine months is 103.33; of a mean of 100 it is the same; a missing month tells nothing."""
    known = [100.0] * 24 + [80.0, 90.0, 100.0]
    actuals = [*series("2024-01", "C", "REV", known), *series("2024-01", "C", "MAU", known)]
    actuals += series("2024-01", "C", "ORD", [value if place != 25 else None for place, value in enumerate(known)])
    goals = [goal(2026, "C", "REV", 1200.0), goal(2026, "C", "MAU", 100.0), goal(2026, "C", "ORD", 1200.0)]
    host = written(tmp_path / "book.xlsx", company("2026-04", actuals, ("REV", "MAU", "ORD"), goals=goals))
    targets(host)
    found = proposals(host)
    assert [found["C", kpi]["run_rate"] for kpi in ("REV", "MAU", "ORD")] == [103.33, 103, "—"]


def test_rates_of_the_months_make_up_the_rate_of_the_year(tmp_path: Path) -> None:
    """Specification 5.2: denominators 100, 200, 300 and shape 2, 3, 4 % under 3.3 % give 1.98, 2.97, 3.96 %."""
    pairs = [(rate * den, den) for den, rate in ((10000, 0.02), (20000, 0.03), (30000, 0.04))] * 4
    content = company("2026-01", ratios("2025-01", "C", "CVR", pairs), ("CVR",), goals=[goal(2026, "C", "CVR", 0.033)])
    host = written(tmp_path / "book.xlsx", content)
    targets(host)
    whole, dens = splits(host)
    assert [whole[part] for part in PARTS] == pytest.approx([0.0198, 0.0297, 0.0396] * 4, abs=1e-12)
    assert [dens[part] for part in PARTS] == [10000, 20000, 30000] * 4
    assert whole["total"] == pytest.approx(0.033, abs=1e-12)
    assert numbers(whole, "difference", "lamp") == (0, "✓")
    assert proposals(host)["C", "CVR"]["target"] == 0.0198


def test_active_users_of_the_months_have_the_mean_of_the_year(tmp_path: Path) -> None:
    actuals = series("2024-01", "C", "MAU", [1000 * value for year in SEASONS for value in year])
    content = company("2026-01", actuals, ("MAU",), goals=[goal(2026, "C", "MAU", 120000.0)])
    host = written(tmp_path / "book.xlsx", content)
    targets(host, decompose=True)
    (row,) = splits(host)
    assert sum(int(float(str(row[part]))) for part in PARTS) == 120000 * 12
    assert numbers(row, "total", "lamp") == (120000, "✓")


@pytest.mark.parametrize(
    ("mode", "wanted", "lamps"),
    [("proportional", (66.0, 44.0), {"✓"}), ("potential", (60.0, 50.0), {"✓"}), ("hold", (60.0, 40.0), {"✗", "✓"})],
)
def test_what_units_propose_is_brought_to_the_goal(tmp_path: Path, mode: str, wanted: tuple[float, ...], lamps: set[str]) -> None:
    """110 from above against 60 and 40 from below, the doctest of `reconcile`."""
    goals = [
        goal(2026, "C", "ORD", 110.0, mode=mode), goal(2026, "U1", "ORD", 60.0, potential=0.0),
        goal(2026, "U2", "ORD", 40.0, potential=1.0),
    ]  # fmt: skip
    actuals = [row for name in ("C", "U1", "U2") for row in series("2025-01", name, "ORD", [10] * 12)]
    host = written(tmp_path / "book.xlsx", company("2026-01", actuals, ("ORD",), ("U1", "U2"), goals=goals))
    targets(host, decompose=True)
    whole, *units = splits(host)
    assert tuple(unit["total"] for unit in units) == pytest.approx(wanted, abs=6)
    assert sum(float(str(unit["total"])) for unit in units) == (100 if mode == "hold" else 110)
    assert {row["lamp"] for row in (whole, *units)} == lamps
    assert "10" in str(whole["remarks"])


def test_applying_fills_empty_cells_and_leaves_what_is_typed(tmp_path: Path) -> None:
    rows: list[dict[str, Scalar]] = [
        {"period": "2026-01", "subject": "C", "kpi": "REV", "target": 1.0, "source": "董事会"},
        {"period": "2026-01", "subject": "U1", "kpi": "REV"},
    ]
    actuals = [row for name in ("C", "U1", "U2") for row in series("2025-01", name, "REV", LINE)]
    host = written(tmp_path / "book.xlsx", company("2026-01", actuals, units=("U1", "U2"), targets=rows))
    receipt = targets(host, apply=True)
    assert receipt.facts["applied"] == {"rows": 3, "typed": 0, "locked": 0, "without": 0}
    found = typed(host)
    wanted = numbers(proposals(host)["U2", "REV"], "threshold", "target", "stretch")
    assert numbers(found["2026-01|C|REV"], "threshold", "target", "stretch", "source") == (wanted[0], 1.0, wanted[2], "董事会")
    assert numbers(found["2026-01|U1|REV"], "threshold", "target", "stretch") == wanted
    assert numbers(found["2026-01|U2|REV"], "threshold", "target", "stretch") == wanted
    assert found["2026-01|U2|REV"]["source"] == label("targets", "basis", "zh").format(method="TM4")
    assert numbers(proposals(host)["C", "REV"], "typed", "in_force") == (1, 1)
    again = targets(host, apply=True)
    assert again.facts["applied"] == {"rows": 0, "typed": 3, "locked": 0, "without": 0}
    assert score(host).is_done


def test_only_overwriting_replaces_a_typed_number_and_never_a_formula(tmp_path: Path) -> None:
    rows = [{"period": "2026-01", "subject": name, "kpi": "REV", "target": 1.0} for name in ("C", "U1")]
    actuals = [row for name in ("C", "U1") for row in series("2025-01", name, "REV", LINE)]
    host = written(tmp_path / "book.xlsx", company("2026-01", actuals, units=("U1",), targets=rows))
    grid = host.tables()[TARGETS.name]
    cell = CellOut(grid.row + 2, grid.column + TARGETS.position("target"), 2.0, "1+1")
    host.write([], [Patch(TARGETS.name, (cell,), grid.declared)])
    targets(host, apply=True, overwrite=True)
    found = typed(host)
    assert found["2026-01|C|REV"]["target"] == proposals(host)["C", "REV"]["target"]
    assert found["2026-01|U1|REV"]["target"] == 2.0
    assert host.formulas(TARGETS.name)[cell.row, cell.column] == "1+1"


def test_confirmed_targets_stand(tmp_path: Path) -> None:
    content = company("2026-01", series("2025-01", "C", "REV", LINE), state="targets_set")
    host = written(tmp_path / "book.xlsx", content)
    receipt = targets(host, period="2026-01", apply=True, overwrite=True)
    assert receipt.facts["applied"] == {"rows": 0, "typed": 0, "locked": 1, "without": 0}
    assert "W-TARGETS-CONFIRMED" in codes(receipt)
    assert typed(host) == {}
    assert targets(host).facts["period"] == "2026-02"
    assert targets(host, apply=True).facts["applied"]["rows"] == 1  # type: ignore[index]


def reset_row(**changes: Scalar) -> dict[str, Scalar]:
    row: dict[str, Scalar] = {
        "period": "2026-04", "subject": "C", "kpi": "REV", "reason": "platform", "target": 160.0,
        "effective": datetime(2026, 4, 16), "decided": datetime(2026, 4, 10), "approver": "CFO",
    }  # fmt: skip
    return row | changes


def test_a_change_that_is_allowed_weighs_old_and_new_by_days(tmp_path: Path) -> None:
    """From the sixteenth of April on 160 instead of 100: 130 for the month, the doctest of `reset`."""
    content = company(
        "2026-04", series("2025-01", "C", "REV", LINE), state="running", resets=[reset_row()],
        targets=[{"period": "2026-04", "subject": "C", "kpi": "REV", "target": 100.0}],
    )  # fmt: skip
    host = written(tmp_path / "book.xlsx", content)
    kept = targets(host, period="2026-04", apply=True)
    assert typed(host)["2026-04|C|REV"]["target"] == 100 and kept.is_done
    targets(host, period="2026-04", apply=True, overwrite=True)
    row = typed(host)["2026-04|C|REV"]
    assert row["target"] == 130
    assert "100" in str(row["source"]) and "CFO" in str(row["source"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approver": None}, "E-RESET-APPROVER"), ({"reason": "strategy"}, "E-RESET-COMMITTEE"),
        ({"effective": datetime(2026, 5, 2)}, "E-RESET-DATE"), ({"decided": datetime(2026, 5, 2)}, "E-RESET-LATE"),
        ({"reason": "weather"}, "E-RESET-REASON"),
    ],
)  # fmt: skip
def test_a_change_that_is_not_allowed_changes_nothing(tmp_path: Path, changes: dict[str, Scalar], code: str) -> None:
    content = company(
        "2026-04", series("2025-01", "C", "REV", LINE), state="running", resets=[reset_row(**changes)]
    )
    host = written(tmp_path / "book.xlsx", content)
    receipt = targets(host, period="2026-04", apply=True, overwrite=True)
    assert code in codes(receipt) and receipt.exit_code == 1
    assert typed(host) == {}


def test_rates_stay_between_nothing_and_all_and_anchors_apart(tmp_path: Path) -> None:
    pairs = [(9990 + month % 3, 10000) for month in range(14)]
    content = company("2026-03", ratios("2025-01", "C", "CSAT", pairs), ("CSAT",), goals=[goal(2026, "C", "CSAT", growth=0.2, method="TM1")])
    host = written(tmp_path / "book.xlsx", content)
    targets(host, propose=True)
    row = proposals(host)["C", "CSAT"]
    assert numbers(row, "threshold", "target", "stretch") == (0.9999, 1.0, 1.0)


def test_more_growth_than_last_year_needs_an_approval(tmp_path: Path) -> None:
    actuals = series("2024-01", "C", "REV", [100] * 12 + [105] * 12)
    for approver, is_warned in ((None, True), ("CFO", False)):
        content = company("2026-01", actuals, goals=[goal(2026, "C", "REV", growth=0.3, method="TM1", approver=approver)])
        host = written(tmp_path / f"{approver}.xlsx", content)
        receipt = targets(host)
        (proposal,) = listed(receipt)
        assert ("W-TARGET-RATCHET" in proposal["remarks"]) is is_warned


def test_the_better_forecast_is_proposed(tmp_path: Path) -> None:
    """A staircase that only last year's step tells is TM1's; a straight line that no season bends is TM4's."""
    steps = [100.0 + 40 * (month % 12 == 5) for month in range(30)]
    line = [100 + 3.0 * month for month in range(30)]
    content = company("2026-07", [*series("2024-01", "C", "ORD", steps), *series("2024-01", "C", "REV", line)], ("ORD", "REV"))
    host = written(tmp_path / "book.xlsx", content)
    receipt = targets(host, propose=True, backtest=True)
    found = proposals(host)
    assert found["C", "ORD"]["mape"] == 0
    assert found["C", "ORD"]["naive_mape"] == pytest.approx((40 / 140) / 6)
    assert found["C", "REV"]["method"] in ("TM4", "TM7")
    assert float(str(found["C", "REV"]["mase"])) < float(str(found["C", "REV"]["naive_mase"]))
    methods = {each["method"]: each for each in receipt.facts["methods"]}  # type: ignore[attr-defined]
    assert methods["NAIVE"]["rows"] == 2


def test_a_back_test_alone_writes_nothing(line_book: FileHost, tmp_path: Path) -> None:
    before = (tmp_path / "book.xlsx").read_bytes()
    assert targets(line_book, backtest=True).facts["methods"]
    assert (tmp_path / "book.xlsx").read_bytes() == before


def test_without_a_goal_the_book_gets_the_sheet_for_goals(tmp_path: Path) -> None:
    host = written(tmp_path / "book.xlsx", company("2026-01", series("2025-01", "C", "REV", LINE)))
    assert codes(targets(host, decompose=True)) == {"I-ANNUAL-NONE"}
    assert ANNUAL.name in host.tables() and DECOMPOSITION.name not in host.tables()
    assert codes(targets(host, decompose=True)) == {"I-ANNUAL-NONE"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (goal(2026, "C", "REV", 10.001), "E-ALLOC-UNIT"), (goal(2026, "X", "REV", 10.0), "E-SUBJECT-UNKNOWN"),
        (goal(2026, "C", "NOPE", 10.0), "E-KPI-UNKNOWN"), (goal(2026, "C", "REV", 10.0, mix="TM6=1; TM99=2"), "E-TARGET-MIX"),
        ({**goal(2026, "C", "REV", 10.0), "period": "2026-01"}, "E-ANNUAL-PERIOD"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_goal_is_told_at_its_cell(tmp_path: Path, row: dict[str, Scalar], code: str) -> None:
    content = company("2026-01", series("2025-01", "C", "REV", LINE), goals=[row])
    receipt = targets(written(tmp_path / "book.xlsx", content), propose=True)
    (issue,) = [issue for issue in receipt.issues if issue.code == code]
    assert issue.cell.startswith(f"{label('sheets', 'annual', 'zh')}!")
    assert receipt.is_done


def test_a_period_that_is_none_is_refused(line_book: FileHost) -> None:
    with pytest.raises(WorkbookError, match="E-PERIOD-CODE"):
        targets(line_book, period="next month")


def full_book(path: Path, lang: Lang) -> FileHost:
    """Amounts, a ratio and users; goals of all three; units."""
    names = ("C", "U1", "U2")
    actuals = [row for name in names for row in series("2024-01", name, "REV", [v for year in SEASONS for v in year])]
    actuals += [row for name in names for row in series("2024-01", name, "MAU", [1000 * v for year in SEASONS for v in year])]
    actuals += [row for name in names for row in ratios("2024-01", name, "CVR", [(30 + m, 1000 + 10 * m) for m in range(24)])]
    goals = [goal(2026, "C", "REV", 3000.0), goal(2026, "C", "MAU", 130000.0), goal(2026, "C", "CVR", 0.05)]
    rows: list[Row] = [{"period": "2026-01", "subject": "C", "kpi": "REV", "target": 180.0}]
    return written(path, company("2026-01", actuals, ("REV", "MAU", "CVR"), ("U1", "U2"), goals=goals, targets=rows, lang=lang), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_other_engines_agree_with_every_formula_of_the_sheets(tmp_path: Path, lang: Lang) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = full_book(path, lang)
    targets(host, apply=True)
    targets(host, decompose=True)
    assert_agrees(path, recalculate("formualizer", path))
    names = {label("sheets", key, lang) for key in ("proposals", "decomposition", "annual")}
    cells = {place: cell for place, cell in formula_cells(path).items() if place[0] in names}
    assert {sheet for sheet, _ in cells} == names
    assert not {place: list(violations(cell.formula)) for place, cell in cells.items() if list(violations(cell.formula))}


def test_by_quarters_the_other_engine_agrees_too(tmp_path: Path) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    pairs = [(rate * den, den) for den, rate in ((10000, 0.02), (20000, 0.03), (30000, 0.04), (40000, 0.05))] * 2
    actuals = [*ratios("2024Q1", "C", "CVR", pairs), *series("2024Q1", "C", "REV", [10, 20, 30, 40] * 2)]
    goals = [goal(2026, "C", "CVR", 0.04), goal(2026, "C", "REV", 200.0)]
    host = written(path, company("2026Q1", actuals, ("CVR", "REV"), goals=goals))
    targets(host)
    rows = splits(host)
    assert [rows[-1][part] for part in PARTS[:5]] == [20, 40, 60, 80, "—"]
    assert {row["lamp"] for row in rows if row["line"] == "total"} == {"✓"}
    assert_agrees(path, recalculate("formualizer", path))


def cell_of(host: FileHost, name: str, table_columns: list[str], column: str, index: int = 0) -> tuple[str, str]:
    grid = host.tables()[name]
    return grid.sheet, a1(grid.row + 1 + index, grid.column + table_columns.index(column))


def test_a_target_changed_by_hand_asks_for_new_proposals_and_a_changed_goal_no_longer_agrees(tmp_path: Path) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = full_book(path, "zh")
    targets(host)
    for name, columns, column, value in (
        (TARGETS.name, [each.key for each in TARGETS.columns], "target", 200.0),
        (ANNUAL.name, [each.key for each in ANNUAL.columns], "target", 3100.0),
    ):
        grid = host.tables()[name]
        cell = CellOut(grid.row + 1, grid.column + columns.index(column), value)
        host.write([], [Patch(name, (cell,), grid.declared)])
    found = recalculate("formualizer", path).values
    proposed = [each.key for each in PROPOSALS.columns]
    assert found[cell_of(host, PROPOSALS.name, proposed, "typed")] == 200
    assert found[cell_of(host, PROPOSALS.name, proposed, "p_typed")] == "↻"
    assert found[cell_of(host, PROPOSALS.name, proposed, "verdict")] == "↻"
    assert found[cell_of(host, PROPOSALS.name, proposed, "over_year")] == pytest.approx(200 / 90 - 1)
    split = [each.key for each in DECOMPOSITION.columns]
    assert found[cell_of(host, DECOMPOSITION.name, split, "difference")] == -100
    assert found[cell_of(host, DECOMPOSITION.name, split, "lamp")] == "✗"


def test_proposing_twice_gives_the_same_file(tmp_path: Path) -> None:
    host = full_book(tmp_path / "book.xlsx", "en")
    targets(host)
    once = (tmp_path / "book.xlsx").read_bytes()
    targets(host)
    assert (tmp_path / "book.xlsx").read_bytes() == once


def test_scoring_leaves_the_sheets_of_targets_alone(tmp_path: Path) -> None:
    host = full_book(tmp_path / "book.xlsx", "zh")
    targets(host, apply=True)
    before = proposals(host)
    receipt = score(host)
    assert receipt.is_done and proposals(host) == before


def test_months_of_a_past_that_nobody_reported_are_no_zeros(tmp_path: Path) -> None:
    with_gap = [value if place != 5 else None for place, value in enumerate(LINE)]
    host = written(tmp_path / "book.xlsx", company("2026-01", series("2025-01", "C", "REV", with_gap)))
    targets(host)
    row = proposals(host)["C", "REV"]
    assert numbers(row, "n", "best") == (11, 126)
    assert float(str(row["tm4"])) > 120


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_typed_stays_and_whatever_is_not_is_filled(tmp_path: Path, seed: int) -> None:
    rng, names, kpis = Random(seed), ("C", "U1", "U2"), ("REV", "ORD")
    actuals = [row for name in names for kpi in kpis for row in series("2025-01", name, kpi, LINE)]
    rows: list[Row] = [
        {"period": "2026-01", "subject": name, "kpi": kpi, **{column: 7.0 for column in ANCHORS if rng.random() < 0.5}}
        for name in names
        for kpi in kpis
        if rng.random() < 0.8
    ]
    host = written(tmp_path / "book.xlsx", company("2026-01", actuals, kpis, names[1:], targets=rows))
    targets(host, apply=True)
    found = typed(host)
    assert len(found) == len(names) * len(kpis)
    for row in rows:
        now = found[f"2026-01|{row['subject']}|{row['kpi']}"]
        assert {column: now[column] for column in ANCHORS if column in row} == {c: 7.0 for c in ANCHORS if c in row}
    assert all(row[column] not in (None, "") for row in found.values() for column in ANCHORS)


def test_simulated_by_statsmodels_on_request(tmp_path: Path) -> None:
    pytest.importorskip("statsmodels")
    rng = Random(4)
    past = [100 + 2 * month + 20 * (month % 12 == 10) + rng.gauss(0, 3) for month in range(36)]
    content = company("2026-01", series("2023-01", "C", "REV", past), goals=[goal(2026, "C", "REV", method="TM7")])
    plain, simulated = (written(tmp_path / f"{name}.xlsx", content) for name in ("plain", "simulated"))
    targets(plain)
    targets(simulated, simulate=True)
    one, other = (proposals(host)["C", "REV"] for host in (plain, simulated))
    assert one["tm7"] != other["tm7"] == pytest.approx(one["tm7"], rel=0.05)
    assert other["p"] == pytest.approx(0.6, abs=0.02)
