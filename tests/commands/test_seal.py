"""The seal: intact after another office saved the file, broken by a change of one cell of any kind."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.commands.publish import publish
from kpi_xl.commands.seal import verify_seal
from kpi_xl.referee.libreoffice import _convert
from tests.commands.conftest import CopyBook
from tests.commands.packages import changed, parts_of, write_parts
from tests.workbooks.books import skip_without


@pytest.fixture
def published(copy_book: CopyBook) -> Path:
    return Path(publish(copy_book(scored=True)).facts["files"][0])  # type: ignore[index]


def found(path: Path) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in verify_seal(path).issues]


def test_a_published_file_is_intact_and_shows_its_code_twice(published: Path) -> None:
    receipt = verify_seal(published)
    assert receipt.is_done and receipt.issues == () and receipt.facts["intact"] is True
    code = str(receipt.facts["seal"])
    parts = parts_of(published)
    assert f"校验码 {code}" in parts["xl/worksheets/sheet1.xml"].decode()
    assert code in parts["docProps/custom.xml"].decode()


CHANGES: dict[str, tuple[str, str, str, tuple[str, str]]] = {
    "an input": ("目标", r'(<c r="E6"[^>]*><v>)5000000<', r"\g<1>5000001<", ("E-SEAL-VALUE", "目标!E6")),
    "a text": ("组织", r'<c r="C6"( s="\d+") t="s"><v>\d+</v>', r'<c r="C6"\1 t="s"><v>0</v>', ("E-SEAL-VALUE", "组织!C6")),
    "a formula": ("汇总排名", r'(<c r="G6"[^>]*><f>ROUND\(.*?),2\)</f>', r"\1,1)</f>", ("E-SEAL-FORMULA", "汇总排名!G6")),
    "a cached result": ("汇总排名", r'(<c r="P6"[^>]*><f>[^<]*</f><v>)99.22', r"\g<1>99.23", ("E-SEAL-VALUE", "汇总排名!P6")),
    "a formula typed over": (
        "汇总排名", r'(<c r="P6"[^>]*>)<f>[^<]*</f>', r"\1", ("E-SEAL-VALUE", "汇总排名!P6"),
    ),
    "a new cell": ("评语", r"</row></sheetData>", r'<c r="Z13"><v>1</v></c></row></sheetData>', ("E-SEAL-NEW", "评语!Z13")),
    "a cell emptied": ("目标", r'<c r="D6"[^>]*><v>[^<]*</v></c>|<c r="E6"[^>]*>.*?</c>', "", ("E-SEAL-GONE", "目标!E6")),
    "a row deleted": ("检查", r'<row r="7".*?</row>', "", ("E-SEAL-GONE", "检查!A7")),
    "a number become text": ("目标", r'<c r="E6"( s="\d+")><v>5000000</v>', r'<c r="E6"\1 t="str"><v>5000000</v>', ("E-SEAL-VALUE", "目标!E6")),
    "a sign of the seal sheet": ("校验码", r"校验码：发布之后", "校验：发布之后", ("E-SEAL-VALUE", "校验码!A1")),
    "the list": ("校验码", r"kpi_xl 0", "kpi_xl 9", ("E-SEAL-BROKEN", "首页!B30")),
    "the code": ("首页", r"校验码 \w{4}-", "校验码 0000-", ("E-SEAL-BROKEN", "首页!B30")),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_one_changed_cell_is_found_and_named(published: Path, kind: str) -> None:
    sheet, pattern, new, wanted = CHANGES[kind]
    changed(published, sheet, pattern, new)
    receipt = verify_seal(published)
    assert not receipt.is_done and receipt.exit_code == 1
    assert found(published)[0] == wanted


def test_the_first_of_several_changes_is_named(published: Path) -> None:
    changed(published, "汇总排名", r'(<c r="P6"[^>]*><f>[^<]*</f><v>)99.22', r"\g<1>99.23")
    changed(published, "目标", r'(<c r="E7"[^>]*><v>)0', r"\g<1>9")
    (issue,) = verify_seal(published).issues
    assert issue.cell == "目标!E7" and issue.args["count"] == 2


def with_part(path: Path, name: str, change: Callable[[str], str]) -> None:
    parts = parts_of(path)
    write_parts(path, {**parts, name: change(parts[name].decode()).encode()})


def test_a_renamed_sheet_is_found(published: Path) -> None:
    with_part(published, "xl/workbook.xml", lambda text: text.replace('name="评语"', 'name="评价"'))
    (issue,) = verify_seal(published).issues
    assert (issue.code, issue.cell, issue.args["found"]) == ("E-SEAL-SHEET-GONE", "评语", "评价")


def test_a_dropped_property_is_said_and_no_more(published: Path) -> None:
    with_part(published, "docProps/custom.xml", lambda text: text.replace("kpi_xl seal", "other"))
    receipt = verify_seal(published)
    assert receipt.is_done and found(published) == [("W-SEAL-PROPERTY", "")]


def test_a_dropped_list_is_another_matter_than_no_seal(published: Path, copy_book: CopyBook) -> None:
    with_part(published, "xl/workbook.xml", lambda text: text.replace('name="k_seal_list"', 'name="another"'))
    assert found(published) == [("E-SEAL-LOST", "")]
    assert found(copy_book(scored=True)) == [("E-SEAL-NONE", "")]


def test_libreoffice_saving_the_file_leaves_the_seal_intact(published: Path, tmp_path: Path) -> None:
    """The office recalculates every formula on the way."""
    skip_without("libreoffice")
    folder = tmp_path / "office"
    folder.mkdir()
    saved = _convert(published, folder, 300)
    assert parts_of(saved)["xl/worksheets/sheet1.xml"] != parts_of(published)["xl/worksheets/sheet1.xml"]
    assert verify_seal(saved).facts["intact"] is True and found(saved) == []
    shutil.copyfile(saved, tmp_path / "changed.xlsx")
    changed(tmp_path / "changed.xlsx", "目标", r'(<c r="E6"[^>]*><v>)5000000<', r"\g<1>5000001<")
    assert found(tmp_path / "changed.xlsx") == [("E-SEAL-VALUE", "目标!E6")]


def test_openpyxl_saving_the_file_drops_results_which_is_said(published: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(published)
    book.save(tmp_path / "saved.xlsx")
    assert verify_seal(tmp_path / "saved.xlsx").is_done
    assert found(tmp_path / "saved.xlsx") == [("W-SEAL-NO-RESULTS", "")]
    book["目标"]["E6"] = 1
    book.save(tmp_path / "changed.xlsx")
    assert found(tmp_path / "changed.xlsx")[0] == ("E-SEAL-VALUE", "目标!E6")


def test_numbers_that_differ_by_noise_only_are_the_same(published: Path) -> None:
    changed(published, "汇总排名", r'(<c r="P6"[^>]*><f>[^<]*</f><v>)99.22', r"\g<1>99.22000000000001")
    assert verify_seal(published).is_done
