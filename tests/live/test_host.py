"""What the live host owes beyond the port: nothing of the user's is lost, and nothing stays switched off."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlwings
from openpyxl.worksheet.filters import FilterColumn, Filters

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.excel import books, mac
from kpi_xl.hosts.excel.cells import lines
from kpi_xl.hosts.machine.dated_copies import KEPT
from kpi_xl.model.grid import CellError, CellOut, Patch, SheetOut, TableGrid
from tests.hosts.samples import CARDS, TARGETS, plain_book
from tests.live import applescript
from tests.live.engine import Refusal, TestBook
from tests.live.excels import Excel

NEW = SheetOut("tblCards", (CellOut(6, 2, "P09"), CellOut(6, 3, 2.0, "1+1"), CellOut(6, 4, "2026-03")), tables={"tblCards": 1})
SETTINGS = ("screen_updating", "enable_events", "display_alerts", "calculation", "status_bar")


@pytest.fixture
def book(excel: Excel, tmp_path: Path) -> TestBook:
    return excel.open(plain_book(tmp_path / "book.xlsx", (CARDS, TARGETS), {("考核评分表", 3, 2): "P01"}))


def settings(book: TestBook) -> list[object]:
    corrections = book.app.api.AutoCorrect
    return [getattr(book.app, name) for name in SETTINGS] + list(vars(corrections).values())


def shown(book: TestBook, sheet: str = "汇总排名") -> dict[str, Any]:
    return {cell.coordinate: cell.value for row in book.file[sheet].iter_rows() for cell in row if cell.value is not None}


def test_texts_stay_texts_and_numbers_numbers(excel: Excel, book: TestBook) -> None:
    """Typed into Excel, each of these would become a date, a number, a truth value, an error or a formula."""
    texts = ["2026-03", "001", "12%", "TRUE", "#N/A", "=A1", "'a", "-", "Mar 5", "1e5", " 7", "上午 8", "P01", "按目标"]
    host = excel.host(book)
    host.write([SheetOut("k_card", tuple(CellOut(row, 2, text) for row, text in enumerate(texts, start=3)))], [])
    cells = [book.file["考核评分表"].cell(row, 2) for row in range(3, 3 + len(texts))]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in texts]
    assert [cell.quotePrefix for cell in cells[-2:]] == [False, False], "a plain text needs no mark"


@pytest.mark.parametrize(
    ("found", "shape"), [("a", (1, 1)), (("a", "b"), (1, 2)), (["a", "b"], (2, 1)), ((("a",), ("b",)), (2, 1))]
)
def test_a_block_has_rows_however_it_is_handed_over(found: Any, shape: tuple[int, int]) -> None:
    rows = lines(found, shape)
    assert (len(rows), len(rows[0])) == shape
    assert [value for row in rows for value in row] == ["a", "b"][: shape[0] * shape[1]]


def test_a_block_is_one_call(excel: Excel, book: TestBook) -> None:
    host = excel.host(book)
    rows = [CellOut(row, column, float(row * column), f"{row}*{column}") for row in range(6, 306) for column in (2, 3, 4)]
    host.write([SheetOut("tblCards", tuple(rows), tables={"tblCards": 300})], [])
    assert book.writes == 1
    book.reads = 0
    assert host.tables()["tblCards"].rows[299] == (610.0, 915.0, 1220.0)
    assert book.reads == 1


def test_all_is_switched_on_again_after_a_write(excel: Excel, book: TestBook) -> None:
    before = settings(book)
    excel.host(book).write([NEW], [])
    assert settings(book) == before


def test_a_user_who_calculates_himself_goes_on_to_do_so_and_sees_the_new_results(excel: Excel, book: TestBook) -> None:
    book.app.calculation = "manual"
    excel.host(book).write([NEW], [])
    assert (book.app.calculation, book.app.calculated) == ("manual", 1)


def test_a_refused_block_takes_back_what_was_written_before_it(excel: Excel, book: TestBook) -> None:
    host, before, state = excel.host(book), shown(book), settings(book)
    book.file["汇总排名"].protection.sheet = True
    book.refuses = "目标", "D6"
    with pytest.raises(WorkbookError) as failure:
        host.write([NEW], [Patch("tblTargets", (CellOut(6, 4, "new"),), 9)])
    assert failure.value.code == "E-EXCEL-FAILED"
    assert shown(book) == before
    assert host.tables()["tblCards"] == CARDS
    assert host.tables()["tblTargets"] == TARGETS
    assert settings(book) == state
    assert book.file["汇总排名"].protection.sheet, "locked as before"


def test_formulas_and_texts_come_back_as_what_they_were(excel: Excel, book: TestBook) -> None:
    host = excel.host(book)
    old = (CellOut(6, 2, "2026-03"), CellOut(6, 3, 3.0, "1+2"), CellOut(6, 4, CellError("#N/A")), CellOut(9, 9, "=B6"))
    host.write([SheetOut("tblCards", old, tables={"tblCards": 1})], [])
    before = shown(book)
    book.refuses = "目标", "D6"
    with pytest.raises(WorkbookError, match="E-EXCEL-FAILED"):
        host.write([NEW], [Patch("tblTargets", (CellOut(6, 4, "new"),), 3)])
    assert shown(book) == before
    assert book.file["汇总排名"]["I9"].data_type == book.file["汇总排名"]["B6"].data_type == "s"


def test_an_excel_that_dies_midway_points_to_the_copy(excel: Excel, book: TestBook, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object) -> None:
        raise Refusal("the server is gone")

    monkeypatch.setattr("tests.live.engine.enter", dead)
    with pytest.raises(WorkbookError) as failure:
        excel.host(book).write([NEW], [])
    assert failure.value.code == "E-EXCEL-TORN"
    assert Path(str(failure.value.args_by_name["snapshot"])).is_file()


def test_a_busy_excel_says_so(excel: Excel, book: TestBook, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Refusal("call was rejected by callee", -2147418111)

    monkeypatch.setattr(TestBook, "sheets", property(busy))
    with pytest.raises(WorkbookError, match="E-EXCEL-BUSY"):
        excel.host(book).tables()


def test_a_sheet_locked_without_a_password_is_locked_again_as_it_was(excel: Excel, book: TestBook) -> None:
    lock = book.file["汇总排名"].protection
    lock.sheet, lock.autoFilter, lock.sort, lock.formatColumns, lock.objects = True, False, True, False, True
    before = dict(lock)
    excel.host(book).write([NEW], [])
    assert dict(lock) == before
    assert shown(book)["B6"] == "P09"


@pytest.mark.parametrize("platform", ["excel", "mac"])
def test_a_password_is_the_users_word(platform: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    excel: Excel = request.getfixturevalue(platform)
    book = excel.open(plain_book(tmp_path / "book.xlsx", (CARDS,), {}))
    book.file["汇总排名"].protection.set_password("open sesame")
    book.file["汇总排名"].protection.sheet = True
    with pytest.raises(WorkbookError) as failure:
        excel.host(book).write([NEW], [])
    assert failure.value.code == "E-EXCEL-PROTECTED"
    assert failure.value.args_by_name["sheet"] == "汇总排名"
    assert excel.host(book).tables()["tblCards"] == CARDS


@pytest.mark.parametrize("platform", ["excel", "mac"])
@pytest.mark.parametrize("of_table", [True, False])
def test_rows_that_a_filter_hides_are_read_and_written(
    platform: str, of_table: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    excel: Excel = request.getfixturevalue(platform)
    book = excel.open(plain_book(tmp_path / "book.xlsx", (CARDS, TARGETS), {}))
    sheet = book.file["汇总排名"]
    filtered = sheet.tables["tblCards"].autoFilter if of_table else sheet.auto_filter
    filtered.filterColumn.append(FilterColumn(0, filters=Filters(filter=["P02"])))
    sheet.row_dimensions[6].hidden = True
    host = excel.host(book)
    assert host.tables()["tblCards"] == CARDS
    host.write([NEW], [])
    assert shown(book)["B6"] == "P09"
    assert not sheet.row_dimensions[6].hidden
    assert not filtered.filterColumn


def test_a_copy_is_kept_beside_the_book_with_the_old_values(excel: Excel, book: TestBook, tmp_path: Path) -> None:
    book.file["汇总排名"]["C6"].value = 77.0      # typed, and not saved yet
    excel.host(book).write([NEW], [])
    (copy,) = (tmp_path / "kpi_xl snapshots").iterdir()
    assert datetime.strptime(copy.stem, "book %Y-%m-%d %H%M%S").year >= 2024
    from kpi_xl.hosts.file import FileHost

    assert FileHost(copy).tables()["tblCards"].rows[0] == ("P01", 77.0, "A")


def test_old_copies_of_the_same_book_go_and_nothing_else(excel: Excel, book: TestBook, tmp_path: Path) -> None:
    folder = tmp_path / "kpi_xl snapshots"
    folder.mkdir()
    old = [folder / f"book 2024-01-01 0000{second:02d}.xlsx" for second in range(30)]
    others = [folder / "book final.xlsx", folder / "books 2024-01-01 000000.xlsx"]
    for path in [*old, *others]:
        path.touch()
    excel.host(book).write([NEW], [])
    assert len(list(folder.iterdir())) == KEPT + len(others)
    assert [path.exists() for path in [old[10], old[11], *others]] == [False, True, True, True]


@pytest.mark.parametrize("name", ["Book1", "https://corp.sharepoint.com/sites/hr/绩效.xlsx"])
def test_a_book_that_is_nowhere_on_disk_keeps_its_copies_in_the_users_folder(
    name: str, excel: Excel, book: TestBook, tmp_path: Path
) -> None:
    book.fullname = name
    host = excel.host(book)
    host.write([NEW], [])
    (copy,) = (tmp_path / "data" / "kpi_xl" / "snapshots").iterdir()
    assert copy.name.startswith("Book1 2" if name == "Book1" else "绩效 2")
    assert copy.suffix == ".xlsx"
    assert shown(book)["B6"] == "P09"
    assert host.full_name == name


def test_nothing_is_written_when_no_copy_can_be_kept(excel: Excel, book: TestBook, tmp_path: Path) -> None:
    (tmp_path / "kpi_xl snapshots").touch()         # files where the folders would be
    (tmp_path / "data").touch()
    with pytest.raises(WorkbookError, match="E-EXCEL-SNAPSHOT"):
        excel.host(book).write([NEW], [])
    assert excel.host(book).tables()["tblCards"] == CARDS


def test_a_currency_keeps_more_than_four_decimals(excel: Excel, book: TestBook) -> None:
    sheet = book.file["汇总排名"]
    sheet["C6"].value, sheet["C6"].number_format = 0.12345678, '"¥"#,##0.00'
    assert excel.host(book).tables()["tblCards"].rows[0] == ("P01", 0.12345678, "A")
    book.file["考核评分表"]["B3"].value, book.file["考核评分表"]["B3"].number_format = 0.12345678, "¥0.00"
    assert excel.host(book).named_cell("k_card") == 0.12345678


def test_a_time_of_day_is_a_fraction_of_a_day(excel: Excel, book: TestBook) -> None:
    book.file["汇总排名"]["C6"].value = datetime(1899, 12, 30, 18)
    book.file["汇总排名"]["C7"].value = datetime(2026, 3, 1)
    assert [row[1] for row in excel.host(book).tables()["tblCards"].rows] == [0.75, datetime(2026, 3, 1)]


@pytest.mark.parametrize("platform", ["excel", "mac"])
def test_errors_are_told_from_empty_cells(platform: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    excel: Excel = request.getfixturevalue(platform)
    book = excel.open(plain_book(tmp_path / "book.xlsx", (CARDS,), {}))
    sheet = book.file["汇总排名"]
    sheet["C6"].value, sheet["D6"].value, sheet["B7"].value = "#DIV/0!", None, "=B6#"
    book.results["汇总排名", 7, 2] = "#SPILL!"
    rows = excel.host(book).tables()["tblCards"].rows
    assert rows == (("P01", CellError("#DIV/0!"), None), (CellError("#SPILL!"), 78.0, "B"))


def test_an_error_that_nobody_can_type_becomes_one_that_can_be_typed(excel: Excel, book: TestBook) -> None:
    excel.host(book).write([SheetOut("tblCards", (CellOut(6, 2, CellError("#SPILL!")),), tables={"tblCards": 1})], [])
    assert (shown(book)["B6"], book.file["汇总排名"]["B6"].data_type) == ("#N/A", "e")


def test_a_totals_row_goes_when_a_result_table_is_written_and_comes_back_when_that_fails(excel: Excel, book: TestBook) -> None:
    table = book.file["汇总排名"].tables["tblCards"]
    table.totalsRowCount, table.ref = 1, "B5:D8"
    host = excel.host(book)
    assert host.tables()["tblCards"].rows == CARDS.rows
    book.refuses = "汇总排名", "B6"
    with pytest.raises(WorkbookError):
        host.write([NEW], [])
    assert (table.totalsRowCount, table.ref) == (1, "B5:D8")
    host.write([NEW], [])
    assert (table.totalsRowCount, table.ref) == (0, "B5:D6")


def test_a_table_with_hidden_headings_is_read_by_its_columns(excel: Excel, book: TestBook) -> None:
    table = book.file["汇总排名"].tables["tblCards"]
    table.headerRowCount, table.ref = 0, "B6:D7"
    assert excel.host(book).tables()["tblCards"] == CARDS


def test_a_renamed_heading_keeps_its_name(excel: Excel, book: TestBook) -> None:
    book.file["汇总排名"]["C5"].value = "总分"
    excel.host(book).write([SheetOut("tblCards", (CellOut(5, 3, "total", style="Normal"), *NEW.cells), tables={"tblCards": 1})], [])
    assert shown(book)["C5"] == "总分"


def test_cells_take_their_style_and_those_that_go_lose_it(excel: Excel, book: TestBook) -> None:
    from openpyxl.styles import NamedStyle

    sheet = book.file["汇总排名"]
    book.file.add_named_style(NamedStyle("kpi value", number_format="0.000"))
    sheet["B7"].style = "kpi value"
    styled = (*(cell._replace(style="kpi value") for cell in NEW.cells[:2]), NEW.cells[2]._replace(style="no such"))
    excel.host(book).write([SheetOut("tblCards", styled, tables={"tblCards": 1})], [])
    assert [sheet[address].style for address in ("B6", "C6", "D6", "B7")] == ["kpi value", "kpi value", "Normal", "Normal"]


def test_heights_are_set_but_for_rows_that_the_user_hid(excel: Excel, book: TestBook) -> None:
    rows = book.file["汇总排名"].row_dimensions
    rows[3].hidden = True
    excel.host(book).write([SheetOut("tblCards", NEW.cells, {2: 32.0, 3: 40.0}, {"tblCards": 1})], [])
    assert (rows[2].height, rows[3].hidden) == (32.0, True)


def test_a_formula_in_a_cell_of_texts_is_still_a_formula(excel: Excel, book: TestBook) -> None:
    from openpyxl.styles import NamedStyle

    book.file.add_named_style(NamedStyle("kpi text", number_format="@"))
    book.file["目标"]["D6"].number_format = book.file["汇总排名"]["C6"].number_format = "@"
    cells = (CellOut(6, 2, 1.0, "1*1", "kpi text"), CellOut(6, 3, 2.0, "1+1"), CellOut(6, 4, "2026-03", style="kpi text"))
    excel.host(book).write([SheetOut("tblCards", cells)], [Patch("tblTargets", (CellOut(6, 4, "x", "A6"),), 3)])
    assert [book.file["汇总排名"][address].data_type for address in ("B6", "C6", "D6")] == ["f", "f", "s"]
    assert book.file["汇总排名"]["D6"].number_format == "@"
    assert book.file["目标"]["D6"].data_type == "f"


def test_a_patch_that_changes_nothing_types_nothing(excel: Excel, book: TestBook) -> None:
    host, patch = excel.host(book), Patch("tblTargets", (CellOut(6, 4, "k1"), CellOut(7, 4, "k2", 'A7&"x"')), 3)
    host.write([], [patch])
    writes = book.writes
    host.write([], [patch])
    assert (writes, book.writes) == (1, 1)


def test_a_sheet_formatted_to_its_end_is_read_to_its_last_filled_row(
    excel: Excel, book: TestBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi_xl.hosts.excel.cells.BLOCK_CELLS", 2_000)
    book.file["汇总排名"].cell(1_000, 20).number_format = "0.00"
    book.file["汇总排名"].cell(9, 9).value = "=1+1"
    host = excel.host(book)
    assert host.formulas("tblCards") == {(9, 9): "1+1"}
    book.reads = 0
    assert host.tables()["tblCards"] == CARDS
    assert book.reads == 2, "a block with something in it and a blank one, of ten"


def test_a_name_without_cells_has_no_value(excel: Excel, book: TestBook) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    book.file.defined_names["k_rate"] = DefinedName("k_rate", attr_text="0.2")
    assert excel.host(book).named_cell("k_rate") is None


def test_the_selected_cell_and_going_to_one(excel: Excel, book: TestBook) -> None:
    host = excel.host(book)
    assert host.selected() is None
    assert host.go_to("目标!C6")
    assert (host.selected(), book.selected) == (("目标", 6, 3), ("目标", "C6"))
    assert host.go_to("考核评分表")
    assert book.file.active.title == "考核评分表"
    book.file["目标"].sheet_state = "hidden"
    assert [host.go_to("目标!C6"), host.go_to("no such!A1"), host.go_to("")] == [False, False, False]


def test_a_new_sheet_never_takes_a_name_that_is_taken(excel: Excel, book: TestBook) -> None:
    host = excel.host(book)
    assert [host.add_sheet("自检"), host.add_sheet("自检")] == ["自检", "自检 2"]


def test_on_a_mac_a_copy_is_the_file_and_the_book_is_saved_first_where_that_may_be(mac: Excel, tmp_path: Path) -> None:
    book = mac.open(plain_book(tmp_path / "book.xlsx", (CARDS,), {}))
    host = mac.host(book)
    before = (tmp_path / "book.xlsx").read_bytes()
    host.write([NEW], [])
    (copy,) = (tmp_path / "kpi_xl snapshots").iterdir()
    assert copy.read_bytes() == before == (tmp_path / "book.xlsx").read_bytes(), "the user has not saved, nor have we"
    host.save_copy(tmp_path / "now.xlsx")
    from kpi_xl.hosts.file import FileHost

    assert FileHost(tmp_path / "now.xlsx").tables()["tblCards"].rows == (("P09", 2.0, "2026-03"),)
    book.fullname = "Book1"
    host.write([NEW], [])
    with pytest.raises(WorkbookError, match="E-EXCEL-UNSAVED"):
        host.save_copy(tmp_path / "never.xlsx")


def test_a_sheet_on_a_mac_is_locked_again_as_it_was(mac: Excel, tmp_path: Path) -> None:
    book = mac.open(plain_book(tmp_path / "book.xlsx", (CARDS,), {}))
    lock = book.file["汇总排名"].protection
    lock.sheet, lock.autoFilter, lock.scenarios = True, False, True
    before = dict(lock)
    mac.host(book).write([NEW], [])
    assert dict(lock) == before
    assert mac.host(book).menu_lang() is None


@pytest.mark.parametrize("words", [applescript.ALLOWS, [
    "full_name", "saved", "styles", "number_format", "style_object", "protect_contents", "protect_drawing_objects", "protect_scenarios",
    "protection_object", "filter_mode", "show_all_data", "string_value", "unprotect", "protect_worksheet",
]])  # fmt: skip
def test_every_word_said_to_a_mac_is_in_its_dictionary(words: list[str]) -> None:
    """xlwings carries Excel's own dictionary, so that this can be asked without a Mac."""
    from xlwings import mac_dict

    known = {row[0] for table in (mac_dict.properties, mac_dict.elements, mac_dict.commands) for row in table}
    assert set(words) <= known
    (lock,) = [row for row in mac_dict.commands if row[0] == "protect_worksheet"]
    named = {name for name, _ in lock[2]}
    assert {*applescript.ALLOWS, "drawing_objects", "worksheet_contents", "scenarios"} <= named
    assert set(mac._ALLOWS) == set(applescript.ALLOWS)


def test_a_book_is_found_in_the_second_instance(excel: Excel, tmp_path: Path) -> None:
    second = excel.engine.apps.add()
    excel.engine.instances.reverse()
    settings = TableGrid("tblSettings", "目标", 5, 1, ("key", "value"), (("lang", "zh"),), 1)
    paths = [plain_book(tmp_path / name, tables, {}) for name, tables in (("a.xlsx", (CARDS,)), ("b.xlsx", (settings,)))]
    a, b = excel.open(paths[0]), excel.open(paths[1], second)
    assert books.running_book().impl is b, "the active book is none of ours, one other is"
    assert books.running_book("B.XLSX").impl is b
    assert books.running_book(str(paths[0])).impl is a
    (tmp_path / "x").mkdir()
    plain_book(tmp_path / "x" / "b.xlsx", (settings,), {})
    twin = excel.open(tmp_path / "x" / "b.xlsx")
    assert books.running_book().impl is twin, "of two, the active one"
    assert books.running_book(str(tmp_path / "x" / "b.xlsx")).impl is twin
    with pytest.raises(WorkbookError, match="E-EXCEL-MANY") as failure:
        books.running_book("b.xlsx")
    assert str(paths[1]) in str(failure.value)
    with pytest.raises(WorkbookError, match="E-EXCEL-BOOK"):
        books.running_book("c.xlsx")


def test_without_an_excel_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings.engines, "active", None)
    with pytest.raises(WorkbookError, match="E-EXCEL-NONE"):
        books.running_book()


def test_an_excel_without_books_has_none(excel: Excel) -> None:
    with pytest.raises(WorkbookError, match="E-EXCEL-NONE"):
        books.running_book()


def test_another_xlwings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings, "__version__", "0.38.0")
    with pytest.raises(WorkbookError) as failure:
        books.running_book()
    assert (failure.value.code, failure.value.args_by_name) == (
        "E-XLWINGS-VERSION", {"found": "0.38.0", "wanted": "0.37.8"},
    )  # fmt: skip


def test_no_xlwings_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlwings", None)
    with pytest.raises(WorkbookError, match="E-XLWINGS-MISSING"):
        books.calling_book()


@pytest.mark.parametrize(("platform", "module"), [("win32", ".excel.com"), ("darwin", ".excel.mac")])
def test_each_platform_has_its_words(platform: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpi_xl.hosts.excel import native

    monkeypatch.setattr(native.sys, "platform", platform)
    assert native.native().__name__.endswith(module)  # type: ignore[attr-defined]


def test_english_menus_are_english(excel: Excel, book: TestBook) -> None:
    assert excel.host(book).menu_lang() == "zh"
    book.app.api.LanguageSettings.LanguageID = lambda _: 1033
    assert excel.host(book).menu_lang() == "en"


