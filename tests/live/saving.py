"""Results of formulas put into a file that openpyxl wrote: it keeps either formulas or results, Excel keeps both."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from kpi_xl.hosts.excel.cells import ERRORS

_FORMULA = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)><f>([^<]*)</f><v(?:\s*/>|></v>)')


def with_results(path: Path, results: Mapping[tuple[str, int, int], Any]) -> None:
    """Write each result beside its formula."""
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    with zipfile.ZipFile(path) as old:
        parts = {item: old.read(item) for item in old.namelist()}
    for number, name in enumerate(names, start=1):
        part = f"xl/worksheets/sheet{number}.xml"
        said = {(row, column): value for (sheet, row, column), value in results.items() if sheet == name}
        parts[part] = _FORMULA.sub(lambda found, said=said: _cell(found, said), parts[part].decode()).encode()
    parts["xl/workbook.xml"] = _with_prefix(parts["xl/workbook.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item, data in parts.items():
            new.writestr(item, data)


def _with_prefix(part: bytes) -> bytes:
    """Excel names the space of relations once, at the root; openpyxl does so at every sheet."""
    space = b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return part.replace(space, b"").replace(b"<workbook ", b"<workbook" + space + b" ", 1)


def _cell(found: re.Match[str], said: Mapping[tuple[int, int], Any]) -> str:
    letters, row, attributes, formula = found.groups()
    value = said.get((int(row), openpyxl.utils.column_index_from_string(letters)))
    start = f'<c r="{letters}{row}"{attributes}'
    match value:
        case None:
            return found[0]
        case bool():
            return f'{start} t="b"><f>{formula}</f><v>{int(value)}</v>'
        case str():
            kind = "e" if value in ERRORS else "str"
            return f'{start} t="{kind}"><f>{formula}</f><v>{escape(value)}</v>'
        case _:
            return f"{start}><f>{formula}</f><v>{float(value)!r}</v>"
