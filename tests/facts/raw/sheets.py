"""Small exports for the tests: grids, files of every kind, and what loading them gives."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from kpi_xl.facts.raw.loading import load
from kpi_xl.facts.raw.records import Reject, rejects
from kpi_xl.facts.raw.sources import Counts, Grid, Loading, LoadSettings, Source
from kpi_xl.facts.raw.store import Store

DATA = Path(__file__).parents[4] / "shared" / "data"
Row = Sequence[object]


@dataclass(frozen=True)
class Loaded:
    """A store after loading, with short ways to look into it."""

    store: Store
    loading: Loading

    def column(self, table: str, column: str) -> list[object]:
        return [row[0] for row in self.store.rows(f'SELECT "{column}" FROM "{table}" ORDER BY src_load, src_file, src_row')]

    @property
    def findings(self) -> list[Reject]:
        return list(rejects(self.store))

    @property
    def codes(self) -> list[tuple[str, int | None, str | None, str]]:
        return [(each.code, each.row, each.column, each.severity) for each in self.findings]

    @property
    def counts(self) -> Counts:
        (counts,) = self.loading.counts
        return counts


def of_rows(store: Store, table: str, rows: Iterable[Row], settings: LoadSettings | None = None, **source: object) -> Loaded:
    """A raw sheet of the workbook, loaded."""
    grid = Grid(str(source.pop("sheet", "数据")), [tuple(row) for row in rows], uses_1904=bool(source.pop("uses_1904", False)))
    return Loaded(store, load(store, [Source(table, grid, **source)], settings))  # type: ignore[arg-type]


def of_place(store: Store, place: Path, table: str = "", settings: LoadSettings | None = None, **source: object) -> Loaded:
    """A file or folder, loaded."""
    return Loaded(store, load(store, [Source(table, place, **source)], settings))  # type: ignore[arg-type]


def written_xlsx(path: Path, sheets: dict[str, Iterable[Row]], **options: object) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss", **options})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write_string(at, column, cell) if isinstance(cell, str) else sheet.write(at, column, cell)
    book.close()
    return path


def written_xlsb(path: Path, sheet: str, rows: Sequence[Row]) -> Path:
    """A minimal binary workbook by the record layout of [MS-XLSB]: inline text and numbers."""
    content = [_record(129), _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)), _record(145)]
    for at, row in enumerate(rows):
        content.append(_record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0)))
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                content.append(_record(6, struct.pack("<II", column, 0) + _wide(cell)))
            elif isinstance(cell, (int, float)):
                content.append(_record(5, struct.pack("<IId", column, 0, cell)))
    content += [_record(146), _record(130)]
    book = _record(131) + _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet))
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" '
        'Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": book + _record(144) + _record(132),
        "xl/worksheets/sheet1.bin": b"".join(content),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    """A record of BIFF12: number and length in groups of seven bits."""
    code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(content), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return code + size + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
