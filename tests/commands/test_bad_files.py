"""Files that are no workbook, or no longer one of ours: a code and a sentence, and the file stays as it is."""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import issue_json
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.faces.cli import run
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, message
from tests.commands.damage import Damage, damaged, drop, put, read_parts, swap, write_parts

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
LOCKED = "EncryptedPackage".encode("utf-16-le")
SHEET, WORKBOOK = "xl/worksheets/sheet2.xml", "xl/workbook.xml"


def becomes(content: Callable[[bytes], bytes]) -> Damage:
    return lambda path: void(path.write_bytes(content(path.read_bytes())))


def void(_: object) -> None:
    return None


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def document(_: bytes) -> bytes:
    """A text document: the same package, another content."""
    relation = b'<Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/>'
    relations = b"<Relationships>" + relation + b"</Relationships>"
    return zipped({"_rels/.rels": relations, "word/document.xml": b"<document><body/></document>"})


def flipped(data: bytes) -> bytes:
    """One bit of the packed data of a sheet is not what it was."""
    start = data.index(SHEET.encode()) + 200
    return data[:start] + bytes([data[start] ^ 1]) + data[start + 1 :]


def bomb(path: Path) -> None:
    write_parts(path, read_parts(path) | {"xl/media/image1.png": bytes(60 << 20)})


UNREADABLE: dict[str, tuple[Damage, str]] = {
    "protected with a password": (becomes(lambda _: OLE + bytes(504) + LOCKED), "E-BOOK-ENCRYPTED"),
    "an old .xls": (becomes(lambda _: OLE + bytes(2000)), "E-BOOK-OLD-FORMAT"),
    "cut in half": (becomes(lambda data: data[: len(data) // 2]), "E-BOOK-DAMAGED"),
    "a flipped bit": (becomes(flipped), "E-BOOK-DAMAGED"),
    "random bytes": (becomes(lambda _: random.Random(1).randbytes(4000)), "E-BOOK-FORMAT"),
    "comma-separated text": (becomes(lambda _: "指标,权重\nREV,0.15\n".encode()), "E-BOOK-FORMAT"),
    "empty": (becomes(lambda _: b""), "E-BOOK-FORMAT"),
    "a text document": (becomes(document), "E-BOOK-FORMAT"),
    "a zip of something": (becomes(lambda _: zipped({"readme.txt": b"hello"})), "E-BOOK-FORMAT"),
    "a zip bomb": (bomb, "E-BOOK-TOO-BIG"),
    "a document type": (swap(SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "a">]><worksheet'), "E-BOOK-FORMAT"),
    "markup that does not close": (swap(SHEET, b"</worksheet>", b""), "E-BOOK-DAMAGED"),
    "a sheet without its part": (drop(SHEET), "E-BOOK-DAMAGED"),
    "no workbook part": (drop(WORKBOOK), "E-BOOK-DAMAGED"),
    "a string that is not there": (swap(SHEET, b't="s"><v>', b't="s"><v>99'), "E-BOOK-DAMAGED"),
}


def refusal(call: Callable[[], object]) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        call()
    return caught.value


def sentences(error: WorkbookError) -> list[str]:
    return [message(error.code, error.args_by_name, lang) for lang in LANGS]


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_named_for_what_it_is(name: str, tmp_path: Path) -> None:
    damage, code = UNREADABLE[name]
    path = damaged(tmp_path, damage)
    before = path.read_bytes()
    for command in (check, score):
        error = refusal(lambda command=command: command(FileHost(path)))  # type: ignore[misc]
        assert error.code == code
        for sentence in sentences(error):
            assert path.name in sentence
            assert sentence.count(" → ") == 1
            assert "{" not in sentence
    assert path.read_bytes() == before
    assert [run([command, str(path)]) for command in ("check", "score")] == [3, 3]
    assert path.read_bytes() == before


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(lambda: check(FileHost(tmp_path / "没有.xlsx")))
    assert error.code == "E-BOOK-MISSING"
    assert all("没有.xlsx" in sentence for sentence in sentences(error))


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    assert refusal(lambda: check(FileHost(tmp_path))).code == "E-BOOK-FORMAT"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    before = path.read_bytes()
    tmp_path.chmod(0o500)
    try:
        assert refusal(lambda: score(FileHost(path))).code == "E-BOOK-ACCESS"
    finally:
        tmp_path.chmod(0o700)
    assert path.read_bytes() == before


def test_a_target_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    error = refusal(lambda: score(FileHost(path, tmp_path / "nowhere" / "out.xlsx")))
    assert error.code == "E-BOOK-MISSING"


def test_a_signed_book_is_read_but_not_broken(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    write_parts(path, read_parts(path) | {"_xmlsignatures/sig1.xml": b"<Signature/>"})
    before = path.read_bytes()
    assert check(FileHost(path)).issues == ()
    assert refusal(lambda: score(FileHost(path))).code == "E-BOOK-SIGNED"
    assert path.read_bytes() == before


def test_a_book_that_somebody_saved_in_between_keeps_what_they_saved(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    host = FileHost(path)
    assert host.tables()
    put({"填报!D6": 1.0})(path)
    saved = path.read_bytes()
    assert refusal(lambda: score(host)).code == "E-BOOK-CHANGED"
    assert path.read_bytes() == saved


def test_the_name_of_a_result_sheet_is_gone(tmp_path: Path) -> None:
    path = damaged(tmp_path, swap(WORKBOOK, b'name="k_card"', b'name="k_cart"'))
    before = path.read_bytes()
    error = refusal(lambda: score(FileHost(path)))
    assert (error.code, error.args_by_name["anchor"]) == ("E-BOOK-ANCHOR", "k_card")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("sheet", "tables"),
    [("目标", "tblTargets"), ("检查", "tblChecks, tblParameters"), ("评语", "tblComments")],
)
def test_a_sheet_without_its_tables_is_one_issue(sheet: str, tables: str, tmp_path: Path) -> None:
    def untabled(path: Path) -> None:
        parts = read_parts(path)
        names = re.findall(r'<sheet name="([^"]+)"', parts[WORKBOOK].decode())
        del parts[f"xl/worksheets/_rels/sheet{names.index(sheet) + 1}.xml.rels"]
        write_parts(path, parts)

    path = damaged(tmp_path, untabled)
    before = path.read_bytes()
    receipt = score(FileHost(path))
    found = [(issue.code, issue.cell, issue.args["table"]) for issue in receipt.issues]
    assert found == [("E-TABLE-MISSING", sheet, tables)]
    assert not receipt.is_done
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("cell", "typed", "wanted"),
    [
        ("目标!E5", "目标", "目标值"),
        ("评语!C5", "板块", "栏目"),
        ("考核方案!L5", "key2", "匹配键"),
        ("历史得分!L5", None, "考核总分"),
    ],
)
def test_a_lost_heading_is_one_issue_at_its_cell(cell: str, typed: str | None, wanted: str, tmp_path: Path) -> None:
    path = damaged(tmp_path, put({cell: typed}))
    before = path.read_bytes()
    receipt = score(FileHost(path))
    assert [(issue.code, issue.cell) for issue in receipt.issues] == [("E-COLUMN-MISSING", cell)]
    said = str(issue_json(receipt.issues[0], "zh")["message"])
    assert "{" not in said
    assert wanted in said
    assert (typed or "—") in said
    assert path.read_bytes() == before


def test_a_heading_in_the_other_language_is_the_same_heading(tmp_path: Path) -> None:
    assert check(FileHost(damaged(tmp_path, put({"目标!E5": " TARGET "})))).issues == ()
