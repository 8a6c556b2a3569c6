"""repair: what a save by openpyxl takes from a workbook with macros comes back, and nothing else changes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest

from kpi_xl.book.ribbon import BUTTONS
from kpi_xl.commands.repair import repair
from kpi_xl.commands.score import score
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang, label
from tests.workbooks.built import built, parts_of, put
from tests.workbooks.test_built_ribbon import RELATIONS

MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
Change = Callable[[dict[str, bytes]], None]


def saved_by_openpyxl(folder: Path, name: str = "kpi_template.zh.xlsm") -> Path:
    path = put(folder, name)
    book = openpyxl.load_workbook(path, keep_vba=True)
    book.save(path)
    return path


def broken(folder: Path, name: str, change: Change) -> Path:
    parts = dict(parts_of(built()[name]))
    change(parts)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return folder / name


def ribbons(path: Path) -> Mapping[str, str]:
    relations = fromstring(parts_of(path.read_bytes())["_rels/.rels"])
    return {item.get("Type", ""): item.get("Target", "") for item in relations if "extensibility" in item.get("Type", "")}


def codes(path: Path, out: Path | None = None) -> list[str]:
    return [issue.code for issue in repair(path, out).issues]


def test_openpyxl_loses_one_relation_and_it_comes_back(tmp_path: Path) -> None:
    path = saved_by_openpyxl(tmp_path)
    assert len(ribbons(path)) == 1, "when openpyxl keeps both, this command has had its day"
    before = parts_of(path.read_bytes())
    receipt = repair(path)
    after = parts_of(path.read_bytes())
    assert receipt.exit_code == 0
    assert [issue.args for issue in receipt.issues] == [{"part": "customUI/customUI14.xml"}]
    assert ribbons(path) == RELATIONS
    assert {part for part in after if before.get(part) != after[part]} == {"_rels/.rels"}
    assert list(after) == list(before)


def test_members_that_are_not_mended_keep_their_packed_bytes(tmp_path: Path) -> None:
    path = saved_by_openpyxl(tmp_path)
    before = packed_bytes(path)
    repair(path)
    after = packed_bytes(path)
    assert [name for name in before if before[name] != after[name]] == ["_rels/.rels"]


def packed_bytes(path: Path) -> dict[str, bytes]:
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    return {info.filename: data[info.header_offset :][: 30 + len(info.filename) + info.compress_size] for info in infos}


def test_the_repaired_file_scores_and_is_whole_to_pyopenvba(tmp_path: Path) -> None:
    from pyopenvba import check_file

    path = saved_by_openpyxl(tmp_path)
    repair(path)
    assert check_file(path).ok
    assert score(FileHost(path)).is_done
    assert ribbons(path) == RELATIONS


def test_a_whole_file_is_not_written(tmp_path: Path) -> None:
    path = put(tmp_path, "kpi_template.en.xlsm")
    stamp = path.stat().st_mtime_ns
    assert codes(path) == ["I-REPAIR-WHOLE"]
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (stamp, built()["kpi_template.en.xlsm"])


def test_another_place_leaves_the_file_alone(tmp_path: Path) -> None:
    path = saved_by_openpyxl(tmp_path)
    before = path.read_bytes()
    assert codes(path, tmp_path / "mended.xlsm") == ["I-REPAIR-RIBBON"]
    assert path.read_bytes() == before
    assert codes(tmp_path / "mended.xlsm", tmp_path / "copy.xlsm") == ["I-REPAIR-WHOLE"]
    assert (tmp_path / "copy.xlsm").read_bytes() == (tmp_path / "mended.xlsm").read_bytes()


def test_a_second_repair_has_nothing_to_do(tmp_path: Path) -> None:
    path = saved_by_openpyxl(tmp_path)
    repair(path)
    assert codes(path) == ["I-REPAIR-WHOLE"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_ribbon_that_is_gone_comes_back_in_the_language_of_the_book(lang: Lang, tmp_path: Path) -> None:
    name = f"kpi_template.{lang}.xlsm"
    path = broken(tmp_path, name, without_ribbon)
    assert codes(path) == ["I-REPAIR-RIBBON", "I-REPAIR-RIBBON"]
    assert ribbons(path) == RELATIONS
    restored, original = parts_of(path.read_bytes()), parts_of(built()[name])
    for part in RELATIONS.values():
        assert restored[part] == original[part]
        assert label("ribbon", "tab", lang) in restored[part].decode()
        assert restored[part].count(b"onAction=") == len(BUTTONS)
    assert restored["xl/vbaProject.bin"] == original["xl/vbaProject.bin"]


def without_ribbon(parts: dict[str, bytes]) -> None:
    for part in RELATIONS.values():
        del parts[part]
    parts["_rels/.rels"] = re.sub(rb'<Relationship Id="kpi[^>]*/>', b"", parts["_rels/.rels"])


def test_a_relation_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    def move(parts: dict[str, bytes]) -> None:
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"customUI/customUI14.xml", b"customUI/gone.xml")

    path = broken(tmp_path, "kpi_template.zh.xlsm", move)
    assert codes(path) == ["I-REPAIR-RIBBON"]
    assert ribbons(path) == RELATIONS


def test_somebodys_own_ribbon_in_its_place_is_left_alone(tmp_path: Path) -> None:
    def move(parts: dict[str, bytes]) -> None:
        parts["customUI/mine.xml"] = parts.pop("customUI/customUI14.xml")
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"customUI/customUI14.xml", b"/customUI/mine.xml")

    assert codes(broken(tmp_path, "kpi_template.zh.xlsm", move)) == ["I-REPAIR-WHOLE"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("kpi_template.zh.xlsm", MACROS), ("kpi_xl.xlam", b"application/vnd.ms-excel.addin.macroEnabled.main+xml")],
)
def test_a_file_that_denies_its_macros_says_so_again(name: str, wanted: bytes, tmp_path: Path) -> None:
    def deny(parts: dict[str, bytes]) -> None:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(wanted, PLAIN)

    path = broken(tmp_path, name, deny)
    assert codes(path) == ["I-REPAIR-TYPE"]
    assert parts_of(path.read_bytes()) == parts_of(built()[name])


def test_the_addin_gets_both_languages_back(tmp_path: Path) -> None:
    path = broken(tmp_path, "kpi_xl.xlam", without_ribbon)
    repair(path)
    assert parts_of(path.read_bytes())["customUI/customUI.xml"] == parts_of(built()["kpi_xl.xlam"])["customUI/customUI.xml"]


def test_macros_that_are_gone_cannot_be_mended(tmp_path: Path) -> None:
    path = put(tmp_path, "kpi_template.zh.xlsm")
    openpyxl.load_workbook(path).save(path)         # without keep_vba
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match="E-REPAIR-NO-MACROS"):
        repair(path)
    assert path.read_bytes() == before


def test_a_signed_file_is_not_touched(tmp_path: Path) -> None:
    def sign(parts: dict[str, bytes]) -> None:
        without_ribbon(parts)
        parts["_xmlsignatures/sig1.xml"] = b"<Signature/>"

    path = broken(tmp_path, "kpi_template.zh.xlsm", sign)
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match="E-BOOK-SIGNED"):
        repair(path)
    assert path.read_bytes() == before
