"""The VBA of our files, as text: doorbells of our own, and the modules of xlwings behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from kpi_xl.book.ribbon import BUTTONS
from kpi_xl.builder.wrappers import udf_module
from kpi_xl.errors import WorkbookError

Kind = Literal["book", "addin"]
XLWINGS = "0.37.8"
"""Its VBA calls a DLL and a script by this version's name, so what is installed must be the same."""
SHEET_MACRO = "KpiScoreMacro"
"""Rung by the button on the home sheet, which can hand over no ribbon control."""
SHEET_COMMAND = "score"
PROJECTS: dict[Kind, str] = {"book": "xlwings", "addin": "kpi_xl"}
"""Under which name VBA looks for settings: sheet ``NAME.conf``, then the user's file of that name."""
_BELL = "Public Sub {name}({control})\n    KpiRing \"{command}\"\nEnd Sub\n\n"
_VERSION = re.compile(r'^Public Const XLWINGS_VERSION As String = "([^"]*)"', re.MULTILINE)
_PROJECT = re.compile(r'^(Public Const PROJECT_NAME As String = )"[^"]*"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Module:
    """A VBA module: its name, and its text with the attribute lines."""

    name: str
    text: str
    is_class: bool = False


def own_modules(kind: Kind) -> tuple[Module, ...]:
    """The doorbells, and for the add-in what chooses the language of its tab."""
    ribbon = Module("KpiRibbon", _text("KpiRibbon").replace("{bells}\n", "".join(_bells(kind))))
    return (ribbon, Module("KpiTabs", _text("KpiTabs"))) if kind == "addin" else (ribbon,)


def xlwings_modules(kind: Kind) -> tuple[Module, ...]:
    """What xlwings ships for a file without its own add-in, notices of copyright included.

    Raises
    ------
    WorkbookError
        ``E-BUILD-PACKAGE``: xlwings is not installed, or in another version.
    """
    name = "xlwings_custom_addin.bas" if kind == "addin" else "xlwings.bas"
    text = _shipped(name)
    found = _VERSION.search(text)
    if found is None or found[1] != XLWINGS:
        raise WorkbookError("E-BUILD-PACKAGE", package="xlwings", wanted=XLWINGS, found=found[1] if found else "")
    named = _PROJECT.sub(rf'\1"{PROJECTS[kind]}"', text)
    return Module("xlwings", named), Module("Dictionary", _shipped("addin/Dictionary.cls"), is_class=True)


def function_module(kind: Kind) -> Module:
    """The worksheet functions, as VBA that asks Python."""
    return Module("xlwings_udfs", udf_module(kind == "addin"))


def _bells(kind: Kind) -> Iterator[str]:
    for button in BUTTONS:
        yield _BELL.format(name=button.bell, control="control As IRibbonControl", command=button.key)
    if kind == "book":
        yield _BELL.format(name=SHEET_MACRO, control="", command=SHEET_COMMAND)


def _text(name: str) -> str:
    return files("kpi_xl.builder").joinpath("vba", f"{name}.bas").read_text(encoding="ascii")


def _shipped(name: str) -> str:
    # Found, not imported: xlwings wants an Excel, its text files do not.
    spec = find_spec("xlwings")
    if spec is None or spec.origin is None:
        raise WorkbookError("E-BUILD-PACKAGE", package="xlwings", wanted=XLWINGS, found="")
    return Path(spec.origin).parent.joinpath(name).read_text(encoding="ascii")
