"""Sheets on first use: what a book gains, and that it goes on as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from kpi_xl.book.example import example
from kpi_xl.book.sheets import EXTRA_SHEETS, SHEET_BY_KEY, SHEETS
from kpi_xl.commands.adding import KEYS, add, add_sheet, add_sheets, addable
from kpi_xl.commands.check import check
from kpi_xl.commands.score import score
from kpi_xl.commands.workbooks import all_modules, macro_template
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.referee import available, recalculate
from kpi_xl.referee.libreoffice import TIMEOUT, _convert
from tests.commands.conftest import CopyBook
from tests.workbooks.books import assert_agrees, assert_engines_agree, skip_without
from tests.workbooks.built import parts_of

MILESTONE: Mapping[str, Scalar] = {
    "period": "2026-03", "subject": "D01", "plan": "新仓上线", "weight": 1.0, "due": datetime(2026, 3, 31),
    "done": None, "progress": 0.5, "evidence": "PM-7",
}  # fmt: skip


def as_it_is(path: Path) -> Path:
    return path


def by_openpyxl(path: Path) -> Path:
    openpyxl.load_workbook(path).save(path)
    return path


def by_libreoffice(path: Path) -> Path:
    skip_without("libreoffice")
    (path.parent / "saved").mkdir()
    return Path(_convert(path, path.parent / "saved", TIMEOUT))


@pytest.mark.parametrize(("lang", "saved"), [("zh", as_it_is), ("en", by_openpyxl), ("zh", by_libreoffice), ("en", as_it_is)])
def test_a_book_with_every_extra_sheet_is_scored_as_before(
    copy_book: CopyBook, lang: Lang, saved: Callable[[Path], Path]
) -> None:
    path = saved(copy_book(lang, scored=True))
    for key in KEYS:
        add(FileHost(path), key)
    assert addable(FileHost(path)) == ()
    receipt = score(FileHost(path))
    assert receipt.facts["cards"][0]["total"] == 99.22  # type: ignore[index]
    once = path.read_bytes()
    score(FileHost(path))
    assert path.read_bytes() == once
    names = openpyxl.load_workbook(path).sheetnames
    extra = {label("sheets", sheet.key, lang) for sheet in EXTRA_SHEETS}
    for sheet in EXTRA_SHEETS:
        place, behind = (names.index(label("sheets", key, lang)) for key in (sheet.key, sheet.after))
        assert set(names[behind + 1 : place]) <= extra
        assert behind < place
    assert_engines_agree(path)


def test_a_new_sheet_looks_like_its_neighbours(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    add(FileHost(path), "roles")
    book = openpyxl.load_workbook(path)
    new, old = book[label("sheets", "roles", "zh")], book[label("sheets", "subjects", "zh")]
    assert (new["A5"].style, new["A6"].style, new["A1"].style) == (old["A5"].style, old["A6"].style, old["A1"].style)
    assert new["A5"].fill.fgColor.rgb == old["A5"].fill.fgColor.rgb
    assert (new["E6"].style, new["E6"].number_format, new["G6"].number_format) == ("kpi input date", "yyyy-mm-dd", "0%")
    assert new.sheet_properties.tabColor.rgb == old.sheet_properties.tabColor.rgb
    assert new.freeze_panes == "C6"
    prompts = {str(each.sqref).partition("6")[0]: each for each in new.data_validations.dataValidation}
    assert [prompts[column].type for column in "ABCDEFG"] == [None, "decimal", None, None, "date", "date", "decimal"]
    assert all(prompts[column].prompt for column in "ABCDEFG")


def test_a_restyled_book_gets_a_restyled_sheet(copy_book: CopyBook) -> None:
    path = copy_book("zh")
    book = openpyxl.load_workbook(path)
    for style in book._named_styles:
        if style.name == "kpi input date":
            style.fill = PatternFill("solid", fgColor="FFCCEEFF")
    for row in book[label("sheets", "settings", "zh")].iter_rows():
        for cell in row:
            if cell.style == "kpi input date":
                cell.style = "kpi input date"
    book.save(path)
    add(FileHost(path), "roles")
    cell = openpyxl.load_workbook(path)[label("sheets", "roles", "zh")]["E6"]
    assert (cell.style, cell.fill.fgColor.rgb) == ("kpi input date", "FFCCEEFF")


def test_typed_rows_come_with_their_keys(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    add_sheet(FileHost(path), "milestones", content={"tblMilestones": [MILESTONE]})
    (first, *others) = FileHost(path).tables()["tblMilestones"].rows
    assert first == (*MILESTONE.values(), "2026-03|D01|新仓上线")
    assert len(others) == 8 and {row[-1] for row in others} == {None}
    assert_engines_agree(path)


def test_scoring_mends_the_keys_of_an_added_sheet(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    host = FileHost(path)
    add_sheet(host, "milestones", content={"tblMilestones": [MILESTONE]})
    host.write([], [Patch("tblMilestones", (CellOut(6, 9, "typed over"),), 1)])
    found = [issue.code for issue in score(host).issues]
    assert found == ["I-FORMULA-MENDED"]
    assert host.tables()["tblMilestones"].rows[0][-1] == "2026-03|D01|新仓上线"


def test_sheets_that_follow_each_other_are_taken_over_at_once(
    copy_book: CopyBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large company's book is read anew after every graft."""
    grafts: list[str] = []
    path = copy_book("zh")
    host = FileHost(path)
    graft = host.graft
    monkeypatch.setattr(host, "graft", lambda donor, after: grafts.append(after) or graft(donor, after))
    keys = ("judgements", "weights", "diagnoses", "sources", "health", "fairness")
    names = add_sheets(host, keys, "zh")
    assert names == tuple(label("sheets", key, "zh") for key in keys)
    assert grafts == ["tblPlan", "tblIndicators", "tblChecks"]
    found = openpyxl.load_workbook(path).sheetnames
    path = copy_book("zh")
    for key in keys:
        add_sheet(FileHost(path), key, "zh")
    assert found == openpyxl.load_workbook(path).sheetnames


def test_the_home_sheet_lists_it_from_the_next_scoring_on(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    name = label("sheets", "milestones", "zh")
    add(FileHost(path), name)
    listed = [formula for formula in FileHost(path).formulas("k_home").values() if name in formula]
    score(FileHost(path))
    assert (listed, f'HYPERLINK("#\'{name}\'!A1","{name}")' in FileHost(path).formulas("k_home").values()) == ([], True)


def test_a_renamed_neighbour_is_found_and_a_name_in_use_left_alone(copy_book: CopyBook) -> None:
    path = copy_book("zh")
    book = openpyxl.load_workbook(path)
    book[label("sheets", "subjects", "zh")].title = "人员"
    book.create_sheet(label("sheets", "roles", "zh"))["A1"] = "mine"
    book.save(path)
    receipt = add(FileHost(path), "任职记录")
    assert receipt.facts["sheet"] == "任职记录 (2)"
    found = openpyxl.load_workbook(path)
    assert found.sheetnames[found.sheetnames.index("人员") + 1] == "任职记录 (2)"
    assert found["任职记录"]["A1"].value == "mine"


def test_a_book_with_macros_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(macro_template("zh", example("zh"), all_modules("book")))
    before = parts_of(path.read_bytes())
    for key in KEYS:
        add(FileHost(path), key)
    after = parts_of(path.read_bytes())
    assert {name for name in before if after[name] != before[name]} == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip
    assert {name.rpartition("/")[0] for name in after.keys() - before.keys()} == {
        "xl/worksheets", "xl/worksheets/_rels", "xl/tables",
    }  # fmt: skip
    if available("libreoffice") is None:
        assert_agrees(path, recalculate("libreoffice", path))


@pytest.mark.parametrize("asked", ["roles", "Roles", "任职记录", " ROLES "])
def test_a_second_one_is_refused(copy_book: CopyBook, asked: str) -> None:
    path = copy_book("zh")
    add(FileHost(path), asked)
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as failure:
        add(FileHost(path), asked)
    assert (failure.value.code, failure.value.args_by_name["found"]) == ("E-SHEET-EXISTS", "tblRoles")
    assert path.read_bytes() == before


def test_only_sheets_on_first_use_can_be_added(copy_book: CopyBook) -> None:
    with pytest.raises(WorkbookError) as failure:
        add(FileHost(copy_book("zh")), "plan")
    assert (failure.value.code, failure.value.args_by_name["wanted"]) == ("E-SHEET-UNKNOWN", ", ".join(KEYS))


def test_a_workbook_of_another_kind_is_refused() -> None:
    with pytest.raises(WorkbookError) as failure:
        add(MemoryHost(name="other.xlsx"), "roles")
    assert failure.value.code == "E-BOOK-STRANGE"


def test_a_book_without_extra_sheets_lacks_nothing(copy_book: CopyBook) -> None:
    """What is there on first use only is not missing before."""
    path = copy_book("zh", scored=True)
    assert addable(FileHost(path)) == KEYS
    assert "E-TABLE-MISSING" not in {issue.code for issue in check(FileHost(path)).issues}


def test_every_extra_sheet_has_a_place_in_a_new_book() -> None:
    keys = [sheet.key for sheet in SHEETS]
    assert [sheet.key for sheet in EXTRA_SHEETS if not sheet.on_first_use or sheet.tables == ()] == []
    for sheet in EXTRA_SHEETS:
        before = SHEET_BY_KEY[sheet.after]
        while before.on_first_use:
            before = SHEET_BY_KEY[before.after]
        assert before.key in keys
