"""The products built once for all tests, and ways to look into them that are not ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from kpi_xl.builder.macros import Kind

pytest.importorskip("pyopenvba", reason="pyOpenVBA, of the extra workbooks, builds VBA")
pytest.importorskip("xlwings", reason="the VBA of xlwings is taken from the installed package")

WITH_MACROS: Mapping[str, Kind] = {"kpi_xl.xlam": "addin", "kpi_template.zh.xlsm": "book", "kpi_template.en.xlsm": "book"}
PLAIN = ("kpi_template.zh.xlsx", "kpi_template.en.xlsx")
OWN = ("KpiRibbon", "KpiTabs")
"""VBA modules of our own; KpiTabs is the add-in's."""


@cache
def built() -> Mapping[str, bytes]:
    from kpi_xl.commands.workbooks import products

    return products()


@cache
def parts(name: str) -> Mapping[str, bytes]:
    return parts_of(built()[name])


def parts_of(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {part: archive.read(part) for part in archive.namelist()}


def put(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(built()[name])
    return path


@cache
def vba(name: str) -> Mapping[str, str]:
    """Source of every module, read by oletools rather than by what wrote it."""
    olevba = pytest.importorskip("oletools.olevba", reason="oletools reads VBA independently")
    parser = olevba.VBA_Parser(name, data=built()[name])
    return {file.rpartition(".")[0]: code for _, _, file, code in parser.extract_macros()}
