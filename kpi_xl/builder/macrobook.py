"""A macro-free workbook turned into one with VBA project and ribbon; the same parts give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kpi_xl.builder.customui import with_relations
from kpi_xl.builder.macros import Kind, Module
from kpi_xl.errors import WorkbookError

PYOPENVBA = "6.5.0"
CONTENT_TYPES = "[Content_Types].xml"
PACKAGE_RELATIONS = "_rels/.rels"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MAIN_TYPES: Mapping[Kind, str] = {
    "book": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "addin": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
}
"""Content type of the workbook part; it alone makes a file an add-in."""
_DATE = (1980, 1, 1, 0, 0, 0)
_ATTRIBUTES = 0o600 << 16

Parts = Mapping[str, bytes]


def macro_book(base: bytes, modules: Sequence[Module], ribbon: Parts, kind: Kind) -> bytes:
    """The bytes of a workbook with these modules and ribbon parts.

    Parameters
    ----------
    base : bytes
        A macro-free workbook.
    modules : sequence
        In the order the editor shows them; ASCII, because VBA's code page is the reader's.
    ribbon : mapping
        customUI parts by name.
    kind : Kind
        Workbook or add-in.

    Raises
    ------
    WorkbookError
        ``E-BUILD-PACKAGE``: pyOpenVBA is not installed.
    ValueError
        A module is not ASCII.
    """
    parts = _parts(base)
    enabled = {**parts, CONTENT_TYPES: retyped(parts[CONTENT_TYPES], PLAIN, MAIN_TYPES["book"])}
    whole = _parts(_with_project(packed_parts(enabled), modules))
    whole[CONTENT_TYPES] = retyped(whole[CONTENT_TYPES], MAIN_TYPES["book"], MAIN_TYPES[kind])
    whole[PACKAGE_RELATIONS] = with_relations(whole[PACKAGE_RELATIONS], list(ribbon))
    return packed_parts({**whole, **ribbon})


def packed_parts(parts: Parts) -> bytes:
    """A zip file of these parts that knows no clock and no machine."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _ATTRIBUTES
            entry.create_system = 3
            archive.writestr(entry, data)
    return stream.getvalue()


def retyped(types: bytes, before: str, after: str) -> bytes:
    """The content types with one type in place of another; everything else keeps its bytes."""
    return types.replace(f'"{before}"'.encode(), f'"{after}"'.encode())


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_project(data: bytes, modules: Sequence[Module]) -> bytes:
    try:
        from pyopenvba import ExcelFile, VBAModuleKind
    except ImportError as error:
        raise WorkbookError("E-BUILD-PACKAGE", package="pyopenvba", wanted=PYOPENVBA, found="") from error
    with TemporaryDirectory(prefix="kpi_xl-") as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(data)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for module in modules:
                kind = VBAModuleKind.other if module.is_class else VBAModuleKind.standard
                project.add_module(module.name, _ascii_lines(module), kind=kind)
            book.save()
        return path.read_bytes()


def _ascii_lines(module: Module) -> str:
    if not module.text.isascii():
        raise ValueError(f"VBA is ASCII, or it changes with the reader's code page: {module.name}")
    return "\r\n".join(module.text.splitlines()) + "\r\n"
