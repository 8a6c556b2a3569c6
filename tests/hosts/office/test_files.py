"""LibreOffice as the independent office: it opens what we wrote, and we read and write what it saved."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from openpyxl.styles import Font, NamedStyle
from openpyxl.worksheet.table import Table

from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.cellstyles import style_formats
from kpi_xl.model.grid import CellError, CellOut, Patch, SheetOut
from tests.hosts.samples import CARDS, MAIN, TARGETS, plain_book, rich_book
from tests.hosts.test_file import KEYS, cards

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")

Convert = Callable[[Path, str], Path]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Opens a file in LibreOffice and saves it as another kind."""
    profile, out = tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("saved")

    def convert(path: Path, kind: str) -> Path:
        command = [
            str(SOFFICE), f"-env:UserInstallation=file://{profile}", "--headless",
            "--convert-to", kind, "--outdir", str(out), str(path),
        ]
        for _ in range(2):              # the first start on a new profile may only set it up and leave
            subprocess.run(command, check=False, capture_output=True, timeout=240)
            saved = out / f"{path.stem}.{kind.partition(':')[0]}"
            if saved.exists():
                return saved
        raise AssertionError(f"LibreOffice did not save {path.name}")

    return convert


def test_it_opens_what_we_wrote(tmp_path: Path, converted: Convert) -> None:
    path = rich_book(tmp_path / "rich.xlsm")
    FileHost(path).write([cards(4)], [KEYS])
    saved = FileHost(converted(path, "xlsx")).tables()
    subjects, totals, grades = zip(*saved["tblCards"].rows, strict=True)
    assert subjects == ("P01", "P02", "P03", "P04")
    assert totals == pytest.approx([90 + number / 3 for number in range(1, 5)], rel=1e-14)     # it saves 15 digits
    assert grades == ("A & B", CellError("#N/A"), "A & B", "A & B")
    assert [line[3] for line in saved["tblTargets"].rows] == [f"k{row}" for row in range(6, 11)]


def test_what_it_saved_is_read_and_written_again(tmp_path: Path, converted: Convert) -> None:
    path = converted(plain_book(tmp_path / "plain.xlsx", [CARDS, TARGETS], {("考核评分表", 3, 2): "P01"}), "xlsx")
    host = FileHost(path)
    assert host.tables() == {"tblCards": CARDS, "tblTargets": TARGETS}
    assert host.named_cell("k_card") == "P01"
    host.write([cards(3)], [replace_rows(KEYS, 4)])
    again = converted(path, "ods")
    assert again.exists()
    assert [host.tables()[name].declared for name in ("tblCards", "tblTargets")] == [3, 4]
    assert openpyxl.load_workbook(path)["汇总排名"]["C8"].value == "=90+3/3"


def replace_rows(patch: Patch, rows: int) -> Patch:
    """The patch cut to this many rows of its table."""
    return replace(patch, cells=patch.cells[:rows], rows=rows)


def test_named_styles_survive_it_and_are_found(tmp_path: Path, converted: Convert) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["得分", "grade"])
    sheet.append([1.5, "A"])
    for column, name in enumerate(("得分", "grade"), start=1):
        sheet.cell(2, column).style = NamedStyle(name, font=Font(size=8 + column), number_format="0.00")
    sheet.add_table(Table(displayName="tblStyled", ref="A1:B2"))
    book.save(tmp_path / "styled.xlsx")
    saved = converted(tmp_path / "styled.xlsx", "xlsx")
    FileHost(saved).write([SheetOut("tblStyled", (CellOut(1, 1, "得分"), CellOut(4, 1, 2.0, style="得分")))], [])
    with zipfile.ZipFile(saved) as archive:
        formats = style_formats(fromstring(archive.read("xl/styles.xml")))
        written = fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{{{MAIN}}}c")
    assert [cell.get("s") for cell in written if cell.get("r") == "A4"] == [str(formats["得分"])]
    assert openpyxl.load_workbook(saved).worksheets[0]["A4"].font.sz == 9


def test_its_errors_are_errors(tmp_path: Path, converted: Convert) -> None:
    formulas = ("1/0", "NA()", "nosuchname+1", "10^400", "VALUE(\"x\")", "INDEX(A1:A2,9)")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["found"])
    for text in formulas:
        sheet.append([f"={text}"])
    sheet.add_table(Table(displayName="tblErrors", ref=f"A1:A{len(formulas) + 1}"))
    book.save(tmp_path / "errors.xlsx")
    found = [line[0] for line in FileHost(converted(tmp_path / "errors.xlsx", "xlsx")).tables()["tblErrors"].rows]
    wanted = ["#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#VALUE!"]
    assert found[:5] == [CellError(code) for code in wanted]
    assert isinstance(found[5], CellError)
