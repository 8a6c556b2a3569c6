"""The files in workbooks/: the same bytes every time, whole to independent readers, and nothing in them to be afraid of."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from kpi_xl.builder.macrobook import macro_book
from kpi_xl.builder.macros import Module
from kpi_xl.commands.workbooks import EXTENSION, all_modules, products, workbooks
from kpi_xl.errors import WorkbookError
from tests.workbooks.built import OWN, PLAIN, WITH_MACROS, built, parts, parts_of, put, vba

COMMITTED = Path(__file__).parents[2] / "workbooks"
NAMES = [*WITH_MACROS, *PLAIN]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MAIN_TYPES = {
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}


def test_the_same_text_gives_the_same_bytes() -> None:
    again = products()
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in again.items()}
    assert digests == {name: hashlib.sha256(data).hexdigest() for name, data in built().items()}
    assert sorted(again) == sorted((*NAMES, EXTENSION))


@pytest.mark.parametrize("name", [*NAMES, EXTENSION])
def test_the_committed_file_is_what_the_text_says(name: str) -> None:
    """Compared part by part: another zlib packs the same parts into other bytes."""
    committed = parts_of((COMMITTED / name).read_bytes())
    fresh = parts(name)
    assert list(committed) == list(fresh)
    stale = [part for part in fresh if committed[part] != fresh[part]]
    assert stale == [], "run: make workbooks"


@pytest.mark.parametrize("name", NAMES)
def test_no_clock_and_no_machine_is_in_the_zip(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(built()[name])) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert all(not info.extra and not info.comment for info in infos)


@pytest.mark.parametrize("name", NAMES)
def test_the_content_type_says_what_the_file_is(name: str) -> None:
    types = fromstring(parts(name)["[Content_Types].xml"])
    (main,) = (item.get("ContentType") for item in types if item.get("PartName") == "/xl/workbook.xml")
    assert main == MAIN_TYPES[Path(name).suffix]


@pytest.mark.parametrize("name", PLAIN)
def test_the_plain_template_has_nothing_that_asks_for_trust(name: str) -> None:
    assert not [part for part in parts(name) if re.search("vba|customui|activex|vml|external", part, re.IGNORECASE)]


@pytest.mark.parametrize("name", WITH_MACROS)
def test_the_project_is_whole_to_its_maker(name: str, tmp_path: Path) -> None:
    from pyopenvba import ExcelFile, check_file

    path = put(tmp_path, name)
    report = check_file(path)
    assert report.ok and report.issues == ()
    with ExcelFile(path) as book:
        assert book.validate() == []
        assert {reference.name for reference in book.references()} == {"stdole", "Office"}


@pytest.mark.parametrize("name", WITH_MACROS)
def test_an_independent_reader_lists_the_modules_as_they_were_written(name: str) -> None:
    wanted = {module.name: module.text for module in all_modules(WITH_MACROS[name])}
    listed = vba(name)
    assert set(listed) >= set(wanted)
    for module in all_modules(WITH_MACROS[name]):
        if not module.is_class:         # a class has other attribute lines in a project than in a file of its own
            assert listed[module.name].split() == module.text.split()
    assert "Public Function RunPython" in listed["xlwings"]
    assert "BSD 3-clause license" in listed["xlwings"] and "@license: MIT" in listed["Dictionary"]


@pytest.mark.parametrize("name", WITH_MACROS)
def test_every_code_name_has_its_module_and_every_document_module_its_sheet(name: str) -> None:
    files = parts(name)
    book = fromstring(files["xl/workbook.xml"]).find(f"{MAIN}workbookPr")
    assert book is not None
    sheets = [fromstring(files[part]) for part in files if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)]
    names = [properties.get("codeName") for sheet in sheets if (properties := sheet.find(f"{MAIN}sheetPr")) is not None]
    documents = {module for module, code in vba(name).items() if "0{0002081" in code or "0{0002082" in code}
    assert len(names) == len(sheets) == len(set(names))
    assert {book.get("codeName"), *names} == documents


@pytest.mark.parametrize("name", WITH_MACROS)
def test_no_module_of_ours_touches_the_project(name: str) -> None:
    """Hence nobody needs "Trust access to the VBA project"; xlwings' own module has it for a button that we lack."""
    ours = {module: code for module, code in vba(name).items() if module not in ("xlwings", "Dictionary")}
    assert not [module for module, code in ours.items() if re.search(r"\bVB(Project|E|Components?)\b", code)]
    assert all(code.isascii() for code in vba(name).values())
    called = "".join(code for module, code in ours.items() if module in OWN)
    assert "Shell" not in called and "Declare" not in called and "CreateObject" not in called


def test_the_addin_reads_settings_of_its_own_name() -> None:
    assert 'PROJECT_NAME As String = "kpi_xl"' in vba("kpi_xl.xlam")["xlwings"]
    assert 'PROJECT_NAME As String = "xlwings"' in vba("kpi_template.zh.xlsm")["xlwings"]


@pytest.mark.parametrize(("name", "sheet"), [("kpi_xl.xlam", "kpi_xl.conf"), ("kpi_template.en.xlsm", "xlwings.conf")])
def test_the_settings_sheet_leaves_the_interpreter_to_the_user(name: str, sheet: str) -> None:
    """A key in the sheet, even an empty one, would hide the user's own file from GetConfig."""
    openpyxl = pytest.importorskip("openpyxl")
    data = built()[name]
    if name.endswith(".xlam"):          # openpyxl refuses the content type of an add-in
        data = _retyped(data)
    rows = dict(openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)[sheet].iter_rows(values_only=True))
    assert rows["UDF MODULES"] == "kpi_udfs"
    assert rows["USE UDF SERVER"] == "True"
    assert rows["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert not [key for key in rows if key.startswith("INTERPRETER") or key.startswith("LICENSE")]


def _retyped(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts_of(data).items():
            archive.writestr(part, content.replace(b"excel.addin.", b"excel.sheet.") if part[0] == "[" else content)
    return stream.getvalue()


def test_vba_that_depends_on_the_code_page_is_refused() -> None:
    with pytest.raises(ValueError, match="Strange"):
        macro_book(built()[PLAIN[0]], [Module("Strange", "' 绩效\n")], {}, "book")


def test_the_command_writes_all_files_and_says_how_large(tmp_path: Path) -> None:
    receipt = workbooks(tmp_path / "new" / "folder")
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "new" / "folder").iterdir()}
    assert receipt.facts["files"] == sizes
    assert sorted(sizes) == sorted((*NAMES, EXTENSION))


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbookError, match="E-BOOK-ACCESS"):
        workbooks(tmp_path / "file")
