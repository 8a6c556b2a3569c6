"""The built files at work: an independent office opens and recalculates them, and our commands leave the macros be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import STARTING_TABLES
from kpi_xl.builder.settings_sheet import SETTINGS
from kpi_xl.commands.check import check
from kpi_xl.commands.score import score
from kpi_xl.commands.workbooks import all_modules, macro_template
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.referee import available, formula_cells, recalculate
from kpi_xl.referee.libreoffice import TIMEOUT, _convert
from tests.workbooks.books import assert_agrees, skip_without
from tests.workbooks.built import PLAIN, WITH_MACROS, parts, parts_of, put


@pytest.mark.parametrize("name", [*(name for name in WITH_MACROS if name.endswith(".xlsm")), *PLAIN])
def test_libreoffice_opens_a_template_and_computes_the_same(name: str, tmp_path: Path) -> None:
    skip_without("libreoffice")
    path = put(tmp_path, name)
    assert len(formula_cells(path)) > 500
    assert_agrees(path, recalculate("libreoffice", path))


def test_libreoffice_opens_the_workbook_in_the_addin(tmp_path: Path) -> None:
    """LibreOffice knows no add-ins of Excel's, so the one word that makes it an add-in is changed first."""
    skip_without("libreoffice")
    path = tmp_path / "addin.xlsm"
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts("kpi_xl.xlam").items():
            archive.writestr(part, content.replace(b"excel.addin.macro", b"excel.sheet.macro"))
    sheet = openpyxl.load_workbook(_convert(path, tmp_path, TIMEOUT))["kpi_xl.conf"]
    assert tuple(sheet.iter_rows(values_only=True)) == SETTINGS


@pytest.mark.parametrize("lang", LANGS)
def test_scoring_a_template_with_macros_changes_nothing_of_them(lang: Lang, tmp_path: Path) -> None:
    before = macro_template(lang, example(lang), all_modules("book"))
    path = tmp_path / "book.xlsm"
    path.write_bytes(before)
    assert check(FileHost(path)).exit_code == 0
    receipt = score(FileHost(path))
    (card,) = receipt.facts["cards"]  # type: ignore[misc, attr-defined]
    assert card["total"] == 99.22 and card["grade"] == "B"  # the worked example E2E-1
    old, new = parts_of(before), parts_of(path.read_bytes())
    assert set(old) == set(new)
    changed = {part for part in old if old[part] != new[part]}
    assert changed and all(part.startswith(("xl/worksheets/", "xl/tables/")) for part in changed)
    sheet = new["xl/worksheets/sheet1.xml"]
    assert b'codeName="Sheet1"' in sheet and b"<legacyDrawing " in sheet
    if available("libreoffice") is None:
        assert_agrees(path, recalculate("libreoffice", path))


def test_the_settings_sheet_is_in_nobodys_way(tmp_path: Path) -> None:
    data = macro_template("zh", example("zh"), all_modules("book"))
    (tmp_path / "book.xlsm").write_bytes(data)
    book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)
    assert book.sheetnames[-1] == "xlwings.conf"
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["xlwings.conf"]
    assert "xlwings.conf" not in {sheet for sheet, _ in formula_cells(tmp_path / "book.xlsm")}
    assert set(FileHost(tmp_path / "book.xlsm").tables()) == set(STARTING_TABLES)
