"""A published book: the same numbers without us, and nothing in it that should have stayed at home."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import SHEETS
from kpi_xl.commands.new import new_from
from kpi_xl.commands.publish import publish
from kpi_xl.commands.score import score
from kpi_xl.commands.seal import verify_seal
from kpi_xl.commands.verify import verify
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Patch
from tests.commands.conftest import CopyBook
from tests.commands.packages import assert_sound, part_of_sheet, parts_of, text_of
from tests.hosts.publishing.laden import COMPANY, MACHINE, PERSON, USER_SHEET, laden
from tests.workbooks.books import skip_without

MACROS = ("vbaproject", "customui", "activex", "ctrlprops", "printersettings", "externallink", "connections", "person")


def typed(path: Path, table: str, column: int, value: float | str, row: int = 0) -> None:
    """Type into a cell of a table, as a person would."""
    host = FileHost(path)
    grid = host.tables()[table]
    cell = CellOut(grid.row + 1 + row, grid.column + column, value)
    host.write([], [Patch(table, (cell,), grid.declared)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_office_without_us_finds_the_same_numbers(copy_book: CopyBook, lang: Lang) -> None:
    skip_without("libreoffice")
    receipt = publish(copy_book(lang, scored=True))
    assert receipt.is_done and receipt.issues == ()
    (file,) = map(Path, receipt.facts["files"])  # type: ignore[call-overload]
    assert file.name == f"book-{lang}-{label('seal', 'file.published', lang)}.xlsx"
    checked = verify(file, ["libreoffice"])
    assert checked.is_done and checked.facts["formulas"] > 1000  # type: ignore[operator]
    card = label("sheets", "ranking", lang)
    assert 99.22 in [cell.value for row in openpyxl.load_workbook(file, data_only=True)[card] for cell in row]


def test_native_cells_are_the_very_bytes_of_the_book(copy_book: CopyBook) -> None:
    book = copy_book(scored=True)
    before = parts_of(book)
    (file,) = publish(book).facts["files"]  # type: ignore[misc]
    after = parts_of(Path(file))
    data = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
    for sheet in SHEETS[1:]:
        name = label("sheets", sheet.key, "zh")
        one, other = (data.search(parts[part_of_sheet(parts, name)]) for parts in (before, after))
        assert one and other and one[0] == other[0], name


def test_a_published_file_is_a_sound_package_that_openpyxl_reads(copy_book: CopyBook, tmp_path: Path) -> None:
    for book in (copy_book(scored=True), laden(copy_book(scored=True), tmp_path / "laden.xlsm")):
        (file,) = publish(book).facts["files"]  # type: ignore[misc]
        assert_sound(parts_of(Path(file)))
        assert openpyxl.load_workbook(file).sheetnames[0] == "首页"


def test_every_sheet_is_protected_locked_and_in_sight(copy_book: CopyBook, tmp_path: Path) -> None:
    (file,) = publish(laden(copy_book(scored=True), tmp_path / "laden.xlsm")).facts["files"]  # type: ignore[misc]
    book = openpyxl.load_workbook(file)
    assert book.security.lockStructure
    for sheet in book:
        assert sheet.protection.sheet and not sheet.protection.password, sheet.title
        assert sheet.sheet_state == "visible" and sheet.page_setup.orientation, sheet.title
        assert not any(each.hidden for each in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert all(cell.protection.locked for row in sheet for cell in row)
    assert "protectedRange sqref=\"C4\"" in text_of(parts_of(Path(file)))


def test_macros_links_and_people_stay_at_home(copy_book: CopyBook, tmp_path: Path) -> None:
    receipt = publish(laden(copy_book(scored=True), tmp_path / "laden.xlsm"))
    assert receipt.is_done
    parts = parts_of(Path(receipt.facts["files"][0]))  # type: ignore[index]
    assert [name for name in parts if any(word in name.lower() for word in MACROS)] == []
    text = text_of(parts)
    for word in (PERSON, COMPANY, MACHINE, "zhangwei", "macroEnabled", "kpi_xl.conf", "KpiScore", "absPath", "ABCDEF01", "[1]"):
        assert word not in text.replace("'kpi_xl seal'", ""), word
    assert "A note that stays" in text and "why is this 50?" in text and "https://example.com/policy" in text
    codes = {issue.code for issue in receipt.issues}
    assert {"I-PUBLISH-LEFT", "I-PUBLISH-SHEET-SHOWN", "I-PUBLISH-ROWS-SHOWN", "I-PUBLISH-COLUMNS-SHOWN"} <= codes


def test_a_book_full_of_foreign_formulas_leaves_none(copy_book: CopyBook, tmp_path: Path) -> None:
    receipt = publish(laden(copy_book(scored=True), tmp_path / "laden.xlsm"))
    parts = parts_of(Path(receipt.facts["files"][0]))  # type: ignore[index]
    formulas = [
        element.text or ""
        for name, content in parts.items()
        if name.endswith(".xml")
        for element in ElementTree.fromstring(content).iter()
        if element.tag.rpartition("}")[2] in ("f", "formula", "formula1", "formula2", "definedName")
    ]
    assert len(formulas) > 1000
    assert [text for text in formulas if re.search(r"KPI_|_xll|\[\d+\]|\.xlam|rate", text)] == []
    cells = openpyxl.load_workbook(receipt.facts["files"][0], data_only=True)["草稿"]  # type: ignore[index]
    shown = [[cell.value for cell in row[:2]] for row in cells.iter_rows(min_row=1, max_row=8)]
    assert shown == [
        [50, "because"], [0.5, 0.25], [0.5, 0.25], [1, 51], [2, 14], [3, 8], [102, "#NAME?"], [28, True],
    ]  # fmt: skip
    native = openpyxl.load_workbook(receipt.facts["files"][0])["草稿"]  # type: ignore[index]
    assert (native["B4"].value, native["A7"].value) == ("=SUM(A1,1)", "=B4*2")
    assert [issue.cell for issue in receipt.issues if issue.code == "W-PUBLISH-ERROR"] == ["草稿!B7"]


def test_a_foreign_formula_without_a_result_is_refused_and_named(copy_book: CopyBook, tmp_path: Path) -> None:
    bare = USER_SHEET.replace("</f><v>14</v>", "</f>")
    receipt = publish(laden(copy_book(scored=True), tmp_path / "laden.xlsm", bare))
    assert not receipt.is_done and receipt.facts["files"] == []
    (issue,) = [issue for issue in receipt.issues if issue.severity == "error"]
    assert (issue.code, issue.cell) == ("E-PUBLISH-NO-VALUE", "草稿!B5")


def test_an_unscored_book_is_refused(copy_book: CopyBook) -> None:
    receipt = publish(copy_book())
    assert not receipt.is_done and [issue.code for issue in receipt.issues] == ["E-PUBLISH-UNSCORED"]


def test_a_stale_book_is_refused_until_it_is_scored_again(copy_book: CopyBook, tmp_path: Path) -> None:
    book = copy_book(scored=True)
    typed(book, "tblTargets", 4, 6_000_000.0)
    receipt = publish(book)
    assert not receipt.is_done and [issue.code for issue in receipt.issues] == ["E-PUBLISH-STALE"]
    assert list(tmp_path.glob("*发布*")) == []
    score(FileHost(book))
    assert publish(book).is_done


def test_a_book_with_an_error_is_refused_and_the_error_named(copy_book: CopyBook) -> None:
    book = copy_book(scored=True)
    typed(book, "tblPlan", 3, 0.5)
    receipt = publish(book)
    assert not receipt.is_done and "E-WEIGHT-SUM" in {issue.code for issue in receipt.issues}


def test_a_locked_period_is_what_gets_published(copy_book: CopyBook) -> None:
    """Approving comes after scoring, and must not ask for a scoring that it forbids."""
    book = copy_book(scored=True)
    keys = [row[0] for row in FileHost(book).tables()["tblSettings"].rows]
    typed(book, "tblSettings", 1, "approved", keys.index("state"))
    assert not score(FileHost(book)).is_done
    receipt = publish(book)
    assert receipt.is_done and receipt.issues == ()
    file = Path(receipt.facts["files"][0])  # type: ignore[index]
    cover = openpyxl.load_workbook(file, data_only=True)["首页"]
    assert label("words", "state.approved", "zh") in cover["B2"].value and receipt.facts["run_id"] in cover["B29"].value
    assert verify_seal(file).is_done


def test_nothing_is_overwritten_and_publishing_twice_gives_the_same_bytes(copy_book: CopyBook) -> None:
    book = copy_book(scored=True)
    before = book.read_bytes()
    first, second = (Path(publish(book).facts["files"][0]) for _ in range(2))  # type: ignore[index]
    assert second.name == "book-zh-发布-2.xlsx" and first.read_bytes() == second.read_bytes()
    assert book.read_bytes() == before


def test_a_published_book_can_be_published_again(copy_book: CopyBook) -> None:
    first = Path(publish(copy_book(scored=True)).facts["files"][0])  # type: ignore[index]
    receipt = publish(first)
    assert receipt.is_done and receipt.facts["seal"] == verify_seal(first).facts["seal"]
    assert openpyxl.load_workbook(receipt.facts["files"][0]).sheetnames.count("校验码") == 1  # type: ignore[index]


def test_texts_that_no_cell_shows_any_more_are_gone(copy_book: CopyBook) -> None:
    book = copy_book(scored=True)
    name = FileHost(book).tables()["tblSubjects"].rows[0][2]
    assert isinstance(name, str) and name in parts_of(book)["xl/sharedStrings.xml"].decode()
    typed(book, "tblSubjects", 2, "新名字")
    score(FileHost(book))
    assert name in parts_of(book)["xl/sharedStrings.xml"].decode()
    (file,) = publish(book).facts["files"]  # type: ignore[misc]
    assert name not in parts_of(Path(file))["xl/sharedStrings.xml"].decode()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_book_that_openpyxl_saved_is_published_like_any_other(tmp_path: Path) -> None:
    """It declares the prefix of relations at each sheet instead of once, which the sheet of the seal must bear."""
    path = tmp_path / "saved.xlsx"
    new_from(path, FileHost, example("zh"), "zh")
    openpyxl.load_workbook(path).save(path)
    score(FileHost(path))
    (target,) = publish(path).facts["files"]
    assert openpyxl.load_workbook(target).sheetnames
    assert verify_seal(Path(target)).is_done
