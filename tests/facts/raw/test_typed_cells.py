"""A sheet whose columns have cells of one type each is read as it is; the result is that of reading it as text."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from kpi_xl.facts.raw import loading
from kpi_xl.facts.raw.parts import Part
from kpi_xl.facts.raw.records import counts, rejects
from kpi_xl.facts.raw.sheet_top import top
from kpi_xl.facts.raw.store import Store, open_store
from kpi_xl.facts.raw.workbooks import of_sheet
from tests.facts.raw.sheets import Row, of_place, written_xlsx

HEAD = ("order_id", "platform", "buyer_id", "付款时间", "发货时间", "goods_amount", "实付金额(万元)", "pay_attempts", "is_test", "单价", "备注")
DAY = datetime(2024, 1, 1)
CELLS = {
    "code": lambda chance: chance.choice(["A1", "B-2", "合计", "C3", "100000000000000001", " ", "小计："]),
    "whole": lambda chance: chance.choice([0, 5, 12, -3, 99_999, 100_000_000_000_000]),
    "part": lambda chance: chance.choice([0.1, 12.5, 1e-3, -7.25, 0.333333333, 0]),
    "odd": lambda chance: chance.choice([1e15, 123456789012345678, 0.001, 1.5]),
    "time": lambda chance: DAY + timedelta(seconds=chance.randrange(40_000_000), milliseconds=chance.randrange(1000)),
    "day": lambda chance: DAY + timedelta(days=chance.randrange(400)),
    "clock": lambda chance: datetime(1900, 1, 1) + timedelta(minutes=chance.randrange(1440)),
    "truth": lambda chance: chance.random() < 0.5,
    "none": lambda chance: None,
    "mixed": lambda chance: chance.choice(["5", 5, DAY, "2024-02-30", True, None, "1.2万", "导出时间：2024", ""]),
}  # fmt: skip
FITTING = ("code", "code", "whole", "time", "time", "part", "part", "whole", "truth", "part", "code")


def sheet(chance: random.Random) -> list[Row]:
    """A heading, below some lines or at once, and columns each of one type that fits, or of any, or of all types."""
    kinds = [fit if chance.random() < 0.7 else chance.choice(list(CELLS)) for fit in FITTING]
    rows: list[Row] = [[CELLS[kind](chance) if chance.random() < 0.9 else None for kind in kinds] for _ in range(chance.randint(1, 30))]
    rows += chance.choice([[], [()], [HEAD], [("合计", *[None] * 4, 7)], rows[:2]])
    above: list[Row] = chance.choice([[], [()], [("订单明细",)], [(), ("2024年", "导出"), ()]])
    return [*above, HEAD, *rows]


def outcome(path: Path) -> tuple[object, ...]:
    """All that loading a file leaves behind."""
    store = open_store()
    try:
        store.run("SET threads = 1")
        issues = of_place(store, path, "orders").loading.issues
        return issues, store.rows("SELECT * FROM orders ORDER BY src_row"), counts(store), list(rejects(store))
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(40))
def test_typed_cells_mean_what_their_text_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    path = written_xlsx(tmp_path / "orders.xlsx", {"orders": sheet(random.Random(seed))})
    typed = outcome(path)
    monkeypatch.setattr(loading, "stage_typed", lambda work, part: None)
    assert typed == outcome(path)


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    """Read as text they are cut to nine decimals."""
    rows = [(HEAD[0], HEAD[5]), ("A1", 2 / 3), ("A2", 1.5e-12), ("A3", 123456.7890123456)]
    found = outcome(written_xlsx(tmp_path / "orders.xlsx", {"orders": rows}))[1]
    assert isinstance(found, list)
    assert [row[21] for row in found] == [2 / 3, 1.5e-12, 123456.7890123456]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_whole_numbers_that_fit_nowhere_are_refused(tmp_path: Path, store: Store, suffix: str) -> None:
    rows = [("order_id", "pay_attempts"), ("A1", 2), ("A2", 1e20), ("A3", 1)]
    path = tmp_path / f"orders.{suffix}"
    if suffix == "csv":
        path.write_text("".join(f"{one},{other}\n" for one, other in rows))
    else:
        written_xlsx(path, {"orders": rows})
    found = of_place(store, path)
    assert [each[:3] for each in found.codes] == [("BAD_NUMBER", 3, "pay_attempts")]
    assert found.column("orders", "pay_attempts") == [2, 1]


def typed_columns(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each sheet that is loaded went to the stage as it was."""
    found = []

    def watched(work: object, part: Part) -> object:
        staged = staged_typed(work, part)  # type: ignore[arg-type]
        found.append(staged is not None)
        return staged

    staged_typed = loading.stage_typed
    monkeypatch.setattr(loading, "stage_typed", watched)
    outcome(path)
    return found


@pytest.mark.parametrize("above", [[], [()], [("订单",), (), ("说明", "a")]])
@pytest.mark.parametrize(("cell", "is_typed"), [(0.25, True), (1e-7, False)])
def test_no_column_of_a_clean_export_becomes_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: list[Row], cell: float, is_typed: bool
) -> None:
    row = ("A1", "天猫", 12345, DAY, DAY, 5, 5, 1, True, cell, "x")
    path = written_xlsx(tmp_path / "orders.xlsx", {"orders": [*above, HEAD, row, ("合计", *row[1:])]})
    assert typed_columns(path, monkeypatch) == [is_typed]


def test_merged_units_are_filled_down_wherever_the_table_begins(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "orders.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("订单")
    sheet.write("A1", "导出")
    sheet.write_row("C4", ["unit_id", "order_id", "paid_amount"])
    sheet.merge_range("C5:C6", "D01")
    for row in range(4, 7):
        sheet.write_row(row, 3, [f"A{row}", 5])
    book.close()
    found = of_place(store, path, "orders")
    assert found.column("orders", "unit_id") == ["D01", "D01", None]
    assert found.column("orders", "src_row") == [5, 6, 7]


def test_the_first_rows_of_a_sheet_are_known_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, bold = book.add_worksheet("数据"), book.add_format({"bold": True})
    sheet.write_rich_string("B3", "订单", bold, "编号")
    sheet.write_row("C3", ["金额", 2024, True])
    sheet.write_formula("B4", "=1+1", None, 2)
    sheet.write_row("B30", ["never read"])
    book.close()
    nothing = (None,) * 5
    assert top(path, "数据", 20) == [nothing, nothing, (None, "订单编号", "金额", "2024", "1"), (None, "2", None, None, None)]
    assert top(path, "no such sheet", 20) == []


def test_what_the_first_rows_say_is_what_reading_the_sheet_says(tmp_path: Path) -> None:
    path = written_xlsx(tmp_path / "book.xlsx", {"a": [HEAD, ("x", None, "z")], "b": [("",), (None, "y")]})
    for name in "ab":
        (batch,) = of_sheet(path, "book.xlsx", name, 100).batches()
        rows = [row for row in zip(*batch.to_pydict().values(), strict=True) if any(row)]
        firsts = [row for row in top(path, name, 20) if any(row)]
        assert [[cell for cell in row if cell] for row in firsts] == [[cell for cell in row if cell] for row in rows]
