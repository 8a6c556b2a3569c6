"""Fidelity: a write changes the parts it owns, and of those only what it owns; the file survives every failure."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellError, CellOut, Patch, SheetOut
from tests.hosts.samples import CARDS, edited, raw_members, rich_book

CHAIN_PARTS = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
CARDS_PARTS = {"xl/worksheets/sheet2.xml", "xl/tables/table2.xml"}
TARGETS_PARTS = {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    return rich_book(tmp_path / "rich.xlsm")


def cards(rows: int) -> SheetOut:
    """The sheet 汇总排名 with this many cards."""
    headings = (CellOut(1, 2, "排名"), *(CellOut(5, 2 + at, text) for at, text in enumerate(CARDS.header)))
    body = tuple(
        cell
        for number in range(1, rows + 1)
        for cell in (
            CellOut(5 + number, 2, f"P{number:02}"),
            CellOut(5 + number, 3, 90.0 + number / 3, f"90+{number}/3"),
            CellOut(5 + number, 4, "A & B", 'IF(C6<"x","A & B",1)') if number != 2
            else CellOut(5 + number, 4, CellError("#N/A"), "NA()"),
        )
    )
    return SheetOut("tblCards", (*headings, *body), {5: 30.0, 6: 45.5}, {"tblCards": rows})


KEYS = Patch("tblTargets", tuple(CellOut(row, 4, f"k{row}", f'A{row}&"|"&B{row}') for row in range(6, 11)), 5)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in after if after[name] != before.get(name)}


def test_every_part_that_is_not_owned_keeps_its_packed_bytes_and_its_place(rich: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    FileHost(rich, out).write([cards(4)], [])
    before, after = raw_members(rich), raw_members(out)
    assert list(after) == [name for name in before if name != "xl/calcChain.xml"]
    assert changed_parts(before, after) == CARDS_PARTS | CHAIN_PARTS
    assert {"xl/vbaProject.bin", "foreign/unknown.dat", "customXml/item1.xml", "xl/sharedStrings.xml"} <= set(after)
    assert any(name.startswith("xl/charts/") for name in after)
    assert any(name.startswith("xl/media/") for name in after)


def test_directory_records_of_untouched_members_differ_in_their_offset_only(rich: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    FileHost(rich, out).write([cards(4)], [])
    with zipfile.ZipFile(rich) as one, zipfile.ZipFile(out) as two:
        for info in two.infolist():
            if info.filename in CARDS_PARTS | CHAIN_PARTS:
                assert (info.date_time, info.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED)
                continue
            old = one.getinfo(info.filename)
            for field in ("date_time", "flag_bits", "external_attr", "create_system", "extra", "comment", "CRC"):
                assert getattr(info, field) == getattr(old, field)


def test_a_replaced_sheet_keeps_everything_around_its_cells(rich: Path) -> None:
    part = "xl/worksheets/sheet2.xml"
    before = parts(rich)[part]
    FileHost(rich).write([cards(4)], [])
    after = parts(rich)[part]
    assert _without_cells(after) == _without_cells(before)
    assert b'<dimension ref="B1:D9"/>' in after
    assert b"conditionalFormatting" in after
    assert b"legacyDrawing" in after


def test_a_patched_sheet_changes_in_its_patched_cells_only(rich: Path) -> None:
    part = "xl/worksheets/sheet1.xml"
    before = parts(rich)
    FileHost(rich).write([], [KEYS])
    after = parts(rich)
    assert changed_parts(before, after) == TARGETS_PARTS | CHAIN_PARTS
    keys = re.compile(rb'<c r="D(?:[6-9]|10)".*?</c>|<row r="(?:9|10)">.*?</row>| spans="[0-9:]+"')
    empty_row = re.compile(rb'<row r="8"( spans="[0-9:]+")?(/>|></row>)')
    assert empty_row.sub(b"", keys.sub(b"", _undimensioned(after[part]))) == keys.sub(b"", _undimensioned(before[part]))


def test_the_table_range_follows_the_rows_and_its_columns_stay(rich: Path) -> None:
    before = parts(rich)
    FileHost(rich).write([cards(7)], [KEYS])
    after = parts(rich)
    for part, old, new in (
        ("xl/tables/table2.xml", b"B5:D7", b"B5:D12"),
        ("xl/tables/table1.xml", b"A5:D8", b"A5:D10"),
    ):
        assert after[part] == before[part].replace(old, new)
        assert after[part].count(new) == 2


def test_the_calculation_chain_goes_with_all_that_points_to_it(rich: Path) -> None:
    FileHost(rich).write([cards(2)], [])
    after = parts(rich)
    assert "xl/calcChain.xml" not in after
    assert not any(b"calcChain" in content for content in after.values())


def test_writing_the_same_twice_gives_the_same_file_and_does_not_touch_it(rich: Path) -> None:
    FileHost(rich).write([cards(3)], [KEYS])
    first, stamp = rich.read_bytes(), rich.stat()
    FileHost(rich).write([cards(3)], [KEYS])
    assert rich.read_bytes() == first
    assert (rich.stat().st_mtime_ns, rich.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


def test_one_host_writes_again_and_again(rich: Path) -> None:
    host = FileHost(rich)
    host.write([cards(5)], [])
    host.write([cards(2)], [KEYS])
    assert [host.tables()[name].declared for name in ("tblCards", "tblTargets")] == [2, 5]


def test_a_target_is_written_and_the_source_is_not(rich: Path, tmp_path: Path) -> None:
    before, out = rich.read_bytes(), tmp_path / "out.xlsm"
    host = FileHost(rich, out)
    host.write([cards(4)], [])
    assert rich.read_bytes() == before
    assert (host.name, host.tables()["tblCards"].declared) == ("out.xlsm", 4)


def test_a_write_of_nothing_to_a_target_is_a_copy(rich: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsm"
    FileHost(rich, out).write([], [])
    assert out.read_bytes() == rich.read_bytes()


def test_independent_readers_see_what_was_written(rich: Path) -> None:
    FileHost(rich).write([cards(4)], [KEYS])
    book = openpyxl.load_workbook(rich, keep_vba=True)
    sheet = book["汇总排名"]
    assert [sheet.cell(row, 3).value for row in (6, 7)] == ["=90+1/3", "=90+2/3"]
    assert sheet.tables["tblCards"].ref == "B5:D9"
    assert sheet.row_dimensions[6].height == 45.5
    assert sheet["B6"].comment is not None
    cached = python_calamine.load_workbook(rich).get_sheet_by_name("汇总排名").to_python(skip_empty_area=False)
    assert [line[2] for line in cached[5:]] == [90 + number / 3 for number in range(1, 5)]
    assert cached[5][1:] == ["P01", 90 + 1 / 3, "A & B"]


def test_headings_follow_the_table_part_so_that_excel_has_nothing_to_repair(rich: Path, tmp_path: Path) -> None:
    renamed = edited(
        rich, tmp_path / "renamed.xlsm",
        {"xl/tables/table2.xml": lambda xml: xml.replace(b'name="total"', 'name="总_x000a_分"'.encode())},
    )
    host = FileHost(renamed)
    host.write([cards(2)], [])
    assert host.tables()["tblCards"].header == ("card", "总\n分", "grade")


def test_a_filter_on_rewritten_rows_is_lifted_and_its_hidden_rows_show(rich: Path, tmp_path: Path) -> None:
    no_button = b'<filterColumn colId="1" hiddenButton="1"/>'
    criterion = (
        b">" + no_button + b'<filterColumn colId="0"><filters><filter val="P01"/></filters></filterColumn>'
        b'</autoFilter><sortState ref="B6:D7"><sortCondition ref="C6:C7"/></sortState>'
    )
    filtered = edited(
        rich, tmp_path / "filtered.xlsm",
        {
            "xl/tables/table2.xml": lambda xml: re.sub(rb'(<autoFilter ref="[^"]*")/>', rb"\1" + criterion, xml),
            "xl/worksheets/sheet2.xml": lambda xml: xml.replace(b'<row r="7"', b'<row r="7" hidden="1"').replace(
                b'<row r="1"', b'<row r="1" hidden="1"'
            ),
        },
    )
    FileHost(filtered).write([cards(2)], [])
    after = parts(filtered)
    assert b'<autoFilter ref="B5:D7">' + no_button + b"</autoFilter><tableColumns" in after["xl/tables/table2.xml"]
    assert re.findall(rb'<row r="([0-9]+)"[^>]*hidden', after["xl/worksheets/sheet2.xml"]) == [b"1"]


def test_a_totals_row_is_no_data_and_gives_way_on_a_sheet_written_anew(rich: Path, tmp_path: Path) -> None:
    closed = edited(
        rich, tmp_path / "closed.xlsm",
        {
            "xl/tables/table2.xml": lambda xml: xml.replace(
                b'ref="B5:D7" totalsRowShown="0"', b'ref="B5:D7" totalsRowCount="1"'
            ).replace(b'<autoFilter ref="B5:D7"/>', b'<autoFilter ref="B5:D6"/>')
        },
    )
    host = FileHost(closed)
    assert host.tables()["tblCards"].rows == CARDS.rows[:1]
    with pytest.raises(ValueError, match="totals"):
        host.write([], [Patch("tblCards", (), 9)])
    host.write([cards(3)], [])
    table = parts(closed)["xl/tables/table2.xml"]
    assert table.count(b'ref="B5:D8"') == 2
    assert b"totalsRowCount" not in table
    assert len(host.tables()["tblCards"].rows) == 3


def test_one_sheet_is_not_written_twice_in_one_go(rich: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        FileHost(rich).write([cards(1), cards(2)], [])


def test_a_signed_workbook_is_read_but_not_written(rich: Path, tmp_path: Path) -> None:
    signed = edited(rich, tmp_path / "signed.xlsx", {}, {"_xmlsignatures/origin.sigs": b""})
    assert FileHost(signed).tables()["tblCards"] == CARDS
    assert _refusal(signed) == "E-BOOK-SIGNED"


def test_a_file_saved_by_somebody_else_in_between_is_not_overwritten(rich: Path) -> None:
    host = FileHost(rich)
    host.tables()
    stamp = rich.stat()
    data = bytearray(rich.read_bytes())
    data[-1:] = b"!"
    rich.write_bytes(data)
    os.utime(rich, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with pytest.raises(WorkbookError, match="E-BOOK-CHANGED"):
        host.write([cards(3)], [])
    assert rich.read_bytes() == data


def test_a_touched_file_with_the_same_content_is_written(rich: Path) -> None:
    host = FileHost(rich)
    host.tables()
    os.utime(rich, (1, 1))
    host.write([cards(3)], [])
    assert host.tables()["tblCards"].declared == 3


FULL = OSError(errno.ENOSPC, "No space left on device")
DENIED = PermissionError(errno.EACCES, "Permission denied")
HELD = PermissionError(errno.EACCES, "The process cannot access the file")
HELD.__dict__["winerror"] = 32
OPEN_IN_EXCEL = PermissionError(errno.EACCES, "Access is denied")
OPEN_IN_EXCEL.__dict__["winerror"] = 5


@pytest.mark.parametrize(
    ("step", "failure", "code"),
    [
        ("fsync", FULL, "E-BOOK-DISK"),
        ("fsync", OSError(errno.EIO, "Input/output error"), "E-BOOK-ACCESS"),
        ("replace", DENIED, "E-BOOK-ACCESS"),
        ("replace", HELD, "E-BOOK-LOCKED"),
        ("replace", OPEN_IN_EXCEL, "E-BOOK-LOCKED"),
        ("chmod", DENIED, "E-BOOK-ACCESS"),
    ],
)
def test_a_failing_disk_has_a_code_and_leaves_the_file_and_the_folder_as_they_were(
    rich: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: OSError, code: str
) -> None:
    before, folder = rich.read_bytes(), sorted(rich.parent.iterdir())
    monkeypatch.setattr(os, step, _raising(failure))
    assert _refusal(rich) == code
    monkeypatch.undo()
    assert rich.read_bytes() == before
    assert sorted(rich.parent.iterdir()) == folder


def test_a_read_only_file_is_respected(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rich.read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert _refusal(rich) == "E-BOOK-ACCESS"
    assert rich.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(rich: Path) -> None:
    rich.parent.chmod(0o555)
    try:
        assert _refusal(rich) == "E-BOOK-ACCESS"
    finally:
        rich.parent.chmod(0o755)


def test_an_interruption_leaves_no_temporary_file(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rich.read_bytes()
    monkeypatch.setattr(os, "replace", _raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        FileHost(rich).write([cards(3)], [])
    assert rich.read_bytes() == before
    assert sorted(each.name for each in rich.parent.iterdir()) == ["rich.xlsm"]


def test_a_process_that_dies_while_writing_leaves_the_file_intact(rich: Path) -> None:
    before = rich.read_bytes()
    script = (
        "import os, sys; from pathlib import Path\n"
        "from kpi_xl.hosts.file import FileHost\n"
        "from tests.hosts.test_file import cards\n"
        "os.fsync = lambda handle: os._exit(9)\n"
        "FileHost(Path(sys.argv[1])).write([cards(3)], [])\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, str(rich)], cwd=root, check=False)
    assert done.returncode == 9
    assert rich.read_bytes() == before
    assert FileHost(rich).tables()["tblCards"] == CARDS


@pytest.mark.skipif(os.name == "nt", reason="permission bits are POSIX")
def test_permission_bits_are_kept_and_given_to_a_new_target(rich: Path, tmp_path: Path) -> None:
    rich.chmod(0o640)
    FileHost(rich).write([cards(3)], [])
    FileHost(rich, tmp_path / "new.xlsm").write([cards(2)], [])
    assert [stat.S_IMODE(path.stat().st_mode) for path in (rich, tmp_path / "new.xlsm")] == [0o640, 0o640]


@pytest.mark.skipif(os.name == "nt", reason="making a link needs a privilege there")
def test_a_link_to_the_workbook_stays_a_link(rich: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsm"
    link.symlink_to(rich)
    FileHost(link).write([cards(3)], [])
    assert link.is_symlink()
    assert FileHost(rich).tables()["tblCards"].declared == 3


def _refusal(path: Path) -> str:
    with pytest.raises(WorkbookError) as failure:
        FileHost(path).write([cards(3)], [KEYS])
    return failure.value.code


def _raising(failure: BaseException) -> Callable[..., None]:
    def raises(*_: object, **__: object) -> None:
        raise failure

    return raises


def _without_cells(xml: bytes) -> bytes:
    return re.sub(rb"<sheetData>.*</sheetData>", b"", _undimensioned(xml), flags=re.DOTALL)


def _undimensioned(xml: bytes) -> bytes:
    return re.sub(rb'<dimension ref="[^"]*"/>', b"", xml)
