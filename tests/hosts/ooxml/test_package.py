"""Files that are no workbook, or one that harms: each refused by its own code, before anything is unpacked."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml import package as package_module
from kpi_xl.hosts.ooxml.package import package_from, read_part
from tests.hosts.samples import CARDS, edited, handmade, plain_book, raw_members, zipped

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
SUPERSTORE = Path(__file__).parents[4] / "shared" / "data" / "superstore" / "superstore.xls"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return plain_book(tmp_path / "book.xlsx", [CARDS], {})


def code_of(path: Path) -> str:
    """Code of the refusal when the tables of this file are read."""
    with pytest.raises(WorkbookError) as failure:
        for grid in FileHost(path).tables().values():
            len(grid.rows)
    assert failure.value.args_by_name["book"] == path.name
    return failure.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-BOOK-FORMAT"),
        (b"kpi;value\n1;2\n", "E-BOOK-FORMAT"),
        (bytes(range(7, 250)) * 40, "E-BOOK-FORMAT"),
        (OLE + bytes(4096) + "EncryptedPackage".encode("utf-16-le") + bytes(512), "E-BOOK-ENCRYPTED"),
        (OLE + bytes(4096) + "Workbook".encode("utf-16-le") + bytes(512), "E-BOOK-OLD-FORMAT"),
        (b"PK\x03\x04" + bytes(100), "E-BOOK-DAMAGED"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert code_of(path) == code


@pytest.mark.skipif(not SUPERSTORE.exists(), reason="shared data superstore.xls is not beside the repository")
def test_a_real_workbook_of_excel_97() -> None:
    assert code_of(SUPERSTORE) == "E-BOOK-OLD-FORMAT"


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.xlsx") == "E-BOOK-MISSING"
    assert code_of(tmp_path / "none" / "book.xlsx") == "E-BOOK-MISSING"
    (tmp_path / "folder.xlsx").mkdir()
    assert code_of(tmp_path / "folder.xlsx") == "E-BOOK-FORMAT"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(book: Path) -> None:
    book.chmod(0)
    assert code_of(book) == "E-BOOK-ACCESS"


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_file(book: Path, share: float) -> None:
    data = book.read_bytes()
    book.write_bytes(data[: int(len(data) * share)])
    assert code_of(book) == "E-BOOK-DAMAGED"


def test_a_flipped_bit_in_a_part_that_is_read(book: Path) -> None:
    member = raw_members(book)["xl/worksheets/sheet2.xml"]
    data = book.read_bytes()
    middle = data.index(member) + len(member) // 2
    book.write_bytes(data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :])
    assert code_of(book) == "E-BOOK-DAMAGED"


def test_a_bomb_that_says_what_it_is(tmp_path: Path, book: Path) -> None:
    bomb = edited(book, tmp_path / "bomb.xlsx", {}, {"xl/media/image1.png": bytes(60 << 20)})
    assert bomb.stat().st_size < 200_000
    assert code_of(bomb) == "E-BOOK-TOO-BIG"


def test_a_large_part_that_packs_like_text_is_no_bomb(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_module, "RATIO_FROM_BYTES", 1 << 20)
    text = b"".join(b"%07d;%07d\n" % (number, number * 7) for number in range(100_000))
    assert len(text) > 1 << 20
    large = edited(book, tmp_path / "large.xlsx", {}, {"xl/media/list.csv": text})
    assert FileHost(large).tables()["tblCards"] == CARDS


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMBER_BYTES", 1000), ("MAX_TOTAL_BYTES", 3000), ("MAX_MEMBERS", 5)]
)
def test_each_limit_is_kept(book: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(package_module, limit, value)
    assert code_of(book) == "E-BOOK-TOO-BIG"


def test_a_member_that_declares_more_than_a_gigabyte(book: Path) -> None:
    _rewrite_record(book, "xl/styles.xml", lambda record: struct.pack_into("<I", record, 24, (1 << 30) + 1))
    assert code_of(book) == "E-BOOK-TOO-BIG"


def test_a_member_that_unpacks_to_more_than_it_declares(book: Path) -> None:
    _rewrite_record(book, "xl/worksheets/sheet2.xml", lambda record: struct.pack_into("<I", record, 24, 100))
    data = book.read_bytes()
    package = package_from(book.name, data)
    with pytest.raises(WorkbookError, match="E-BOOK-DAMAGED"):
        read_part(package, "xl/worksheets/sheet2.xml")


def test_members_that_overlap(book: Path) -> None:
    _rewrite_record(book, "xl/styles.xml", lambda record: struct.pack_into("<I", record, 42, 0))
    assert code_of(book) == "E-BOOK-DAMAGED"


def test_a_zip_with_a_password(book: Path) -> None:
    _rewrite_record(book, "xl/styles.xml", lambda record: struct.pack_into("<H", record, 8, 1))
    assert code_of(book) == "E-BOOK-ENCRYPTED"


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twice.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("XL/Workbook.xml", b"<workbook/>")
    assert code_of(tmp_path / "twice.xlsx") == "E-BOOK-DAMAGED"


LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FILE_ENTITY = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml", "_rels/.rels"])
@pytest.mark.parametrize("doctype", [LAUGHS, FILE_ENTITY])
def test_a_document_type_is_refused_in_every_part_that_is_read(
    tmp_path: Path, book: Path, part: str, doctype: bytes
) -> None:
    declared: Callable[[bytes], bytes] = lambda xml: xml.replace(b"?>", b"?>" + doctype, 1)  # noqa: E731
    assert code_of(edited(book, tmp_path / "dtd.xlsx", {part: declared})) == "E-BOOK-FORMAT"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp037"])
def test_an_encoding_that_could_hide_one_is_refused(tmp_path: Path, book: Path, encoding: str) -> None:
    def encoded(xml: bytes) -> bytes:
        return xml.decode().replace("UTF-8", encoding).encode(encoding)

    assert code_of(edited(book, tmp_path / "odd.xlsx", {"xl/styles.xml": encoded})) in {
        "E-BOOK-FORMAT", "E-BOOK-DAMAGED",
    }


def test_xml_that_is_not_well_formed(tmp_path: Path, book: Path) -> None:
    cut = edited(book, tmp_path / "cut.xlsx", {"xl/worksheets/sheet2.xml": lambda xml: xml[:-30]})
    assert code_of(cut) == "E-BOOK-DAMAGED"


@pytest.mark.parametrize(
    ("part", "found", "wanted"),
    [
        ("xl/tables/table1.xml", b'ref="B5:D7"', b'ref="nowhere"'),
        ("xl/tables/table1.xml", b'totalsRowShown="0"', b'totalsRowCount="one"'),
        ("xl/worksheets/sheet2.xml", b'<row r="6"', b'<row r="six"'),
        ("xl/worksheets/sheet2.xml", b"<v>91.5</v>", b"<v>a lot</v>"),
        ("xl/worksheets/sheet2.xml", b"<v>1</v>", b"<v>99999</v>"),
        ("xl/worksheets/sheet2.xml", b"sheetData", b"sheetDate"),
    ],
)
def test_well_formed_nonsense_is_damage_not_a_stack_trace(
    tmp_path: Path, book: Path, part: str, found: bytes, wanted: bytes
) -> None:
    def nonsense(xml: bytes) -> bytes:
        assert found in xml
        return xml.replace(found, wanted)

    assert code_of(edited(book, tmp_path / "odd.xlsx", {part: nonsense})) == "E-BOOK-DAMAGED"


@pytest.mark.parametrize(
    "parts",
    [
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office/>"},
        {"_rels/.rels": b"<Relationships/>", "xl/workbook.xml": b"<workbook/>"},
        {
            "_rels/.rels": b'<Relationships><Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/>'
            b"</Relationships>",
            "word/document.xml": b"<document/>",
        },
        {
            "_rels/.rels": b'<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/>'
            b"</Relationships>",
            "xl/workbook.bin": b"\x83\x01\0",
        },
    ],
    ids=["opendocument", "no workbook part", "text document", "binary workbook"],
)
def test_a_package_without_a_workbook(tmp_path: Path, parts: dict[str, bytes]) -> None:
    assert code_of(zipped(tmp_path / "other.xlsx", parts)) == "E-BOOK-FORMAT"


def test_the_workbook_part_may_lie_anywhere(tmp_path: Path) -> None:
    path = handmade(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>7</v></c></row>', workbook="livre/classeur.xml")
    assert FileHost(path).tables()["tblHand"].header == ("7", "", "")


def test_backslashes_and_capitals_in_part_names_are_read(tmp_path: Path, book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        parts = {name.replace("/", "\\").upper(): archive.read(name) for name in archive.namelist()}
    assert FileHost(zipped(tmp_path / "odd.xlsx", parts)).tables()["tblCards"] == CARDS


def _rewrite_record(path: Path, name: str, change: Callable[[bytearray], None]) -> None:
    """Change the central directory record of one member."""
    data = path.read_bytes()
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    record = bytearray(data[start : start + 46])
    change(record)
    path.write_bytes(data[:start] + bytes(record) + data[start + 46 :])
