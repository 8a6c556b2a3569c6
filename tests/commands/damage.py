"""A book with two cards, and the means to damage it: single cells, parts of the package, bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import a1

Typed = None | bool | float | str | date
Parts = dict[str, bytes]
Damage = Callable[[Path], None]

D01_TOTAL = 99.22                       # the worked example
D02_TOTAL = 101.5                       # revenue 108.00 and active users 95.00, half the weight each
SECOND = {"REV": 0.5, "MAU": 0.5}


@cache
def two_cards(lang: Lang = "zh") -> bytes:
    """A book with the worked example as card D01, and D02 with a plan of its own."""
    content = dict(example(lang))
    subject = {**content["tblSubjects"][0], "subject": "D02", "name": "二部", "template": "SECOND"}
    plan = [{**row, "template": "SECOND", "weight": SECOND[str(row["kpi"])]} for row in _second(content, "tblPlan")]
    content["tblSubjects"] = [*content["tblSubjects"], subject]
    content["tblPlan"] = [*content["tblPlan"], *plan]
    for table in ("tblTargets", "tblActuals"):
        content[table] = [*content[table], *({**row, "subject": "D02"} for row in _second(content, table))]
    with TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        new_from(path, FileHost, content, lang)
        return path.read_bytes()


def _second(content: Content, table: str) -> list[Mapping[str, object]]:
    return [row for row in content[table] if row["kpi"] in SECOND]


def damaged(folder: Path, *damages: Damage, lang: Lang = "zh") -> Path:
    """A fresh copy of the book, damaged."""
    path = folder / "考核.xlsx"
    path.write_bytes(two_cards(lang))
    for damage in damages:
        damage(path)
    return path


def place(path: Path, table: str, column: str, row: int = 1) -> str:
    """``sheet!A1`` of a column of a table; rows count from 1."""
    grid = FileHost(path).tables()[table]
    position = grid.header.index(label("columns", f"{table}.{column}", "zh"))
    return f"{grid.sheet}!{a1(grid.row + row, grid.column + position)}"


def put(cells: Mapping[str, Typed]) -> Damage:
    """Type into cells, given as ``sheet!A1``; None empties one, ``=`` begins a formula, ``#`` an error value."""

    def damage(path: Path) -> None:
        parts = read_parts(path)
        sheets = _sheet_parts(parts)
        for place, value in cells.items():
            sheet, _, address = place.rpartition("!")
            parts[sheets[sheet]] = _typed(parts[sheets[sheet]].decode(), address, value).encode()
        write_parts(path, parts)

    return damage


def swap(part: str, old: bytes, new: bytes) -> Damage:
    """Replace bytes in a part of the package."""

    def damage(path: Path) -> None:
        parts = read_parts(path)
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)
        write_parts(path, parts)

    return damage


def drop(part: str) -> Damage:
    """Take a part out of the package."""
    return lambda path: write_parts(path, {name: data for name, data in read_parts(path).items() if name != part})


def read_parts(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Parts) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _sheet_parts(parts: Parts) -> dict[str, str]:
    """Part of every sheet by its name; a new book numbers the parts in the order of its sheets."""
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode())
    return {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, start=1)}


def _typed(xml: str, address: str, value: Typed) -> str:
    """The sheet with one cell's value replaced; its style stays."""
    row = re.sub("[A-Z]", "", address)
    found = re.search(rf'<c r="{address}"( s="\d+")?(?: t="\w+")?(?:/>|>.*?</c>)', xml)
    cell = f'<c r="{address}"{(found and found[1]) or ""}{_content(value)}'
    if found:
        return xml[: found.start()] + cell + xml[found.end() :]
    line = re.search(rf'<row r="{row}"[^>]*?(?:/>|>(.*?)</row>)', xml)
    if line:
        cells = [*re.findall(r"<c .*?(?:/>|</c>)", line[1] or ""), cell]
        return xml.replace(line[0], f'<row r="{row}">{"".join(sorted(cells, key=_column))}</row>')
    return xml.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')


def _column(cell: str) -> tuple[int, str]:
    letters = re.search(r'r="([A-Z]+)', cell)
    assert letters
    return len(letters[1]), letters[1]


def _content(value: Typed) -> str:
    match value:
        case None:
            return "/>"
        case bool():
            return f' t="b"><v>{value:d}</v></c>'
        case date():
            return f' t="d"><v>{value.isoformat()}</v></c>'
        case str() if value.startswith("="):
            return f"><f>{escape(value[1:])}</f></c>"
        case str() if value.startswith("#"):
            return f' t="e"><v>{value}</v></c>'
        case str():
            return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        case _:
            return f"><v>{value!r}</v></c>"
