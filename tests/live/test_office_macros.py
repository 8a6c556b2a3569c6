"""T3 and T4: the macro of our built .xlsm runs in LibreOffice, and its button on the home sheet is clicked with a mouse.

LibreOffice 7.4 cannot parse the ``Declare PtrSafe`` of xlwings and would drop the whole project without a word, so these
books carry a RunPython of the same signature that hands its command to Python; the workbook, its button, its VBA and
the command are those of the built files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book.example import example
from kpi_xl.builder.customui import ribbon_parts
from kpi_xl.builder.frame import build
from kpi_xl.builder.macrobook import macro_book
from kpi_xl.builder.macros import SHEET_MACRO, Module, own_modules
from kpi_xl.builder.template import finish_template
from kpi_xl.hosts.office.program import Office
from kpi_xl.labels import label
from tests.live.screen import Screen, middle, no_screen, push_button, screen, until
from tests.office import no_office, our_python, quiet, scripts_run, total

STUB = Module("xlwings", '''\
Attribute VB_Name = "xlwings"
Option Explicit
Public Sub RunPython(ByVal PythonCommand As String)
    Dim factory As Object, provider As Object, script As Object
    Set factory = CreateUnoService("com.sun.star.script.provider.MasterScriptProviderFactory")
    Set provider = factory.createScriptProvider("")
    Set script = provider.getScript("vnd.sun.star.script:kpi_bridge.py$run?language=Python&location=user")
    script.invoke Array(ThisComponent, PythonCommand), Array(), Array()
End Sub
''')
BRIDGE = '''\
import os
import sys


def run(document, command):
    """What Excel's RunPython does, with the bell answered for this document."""
    sys.path[:0] = os.environ["KPI_XL_PYTHON"].split(os.pathsep)
    import kpi_xl.faces.office
    import kpi_xl.faces.ribbon

    context = XSCRIPTCONTEXT.getComponentContext()
    kpi_xl.faces.ribbon.ring = lambda key: kpi_xl.faces.office.answered(key, document, context)
    exec(command)
'''


def unscored(path: Path) -> Path:
    """The template with the worked example typed in and no result anywhere."""
    base = path.with_suffix(".xlsx")
    build(base, example("zh"), "zh", finish_template("zh"))
    path.write_bytes(macro_book(base.read_bytes(), [*own_modules("book"), STUB], ribbon_parts(["zh"]), "book"))
    return path


def with_bridge(profile: Path) -> Path:
    """The profile, with the script to which our RunPython speaks."""
    script = profile / "user" / "Scripts" / "python" / "kpi_bridge.py"
    script.parent.mkdir(parents=True)
    script.write_text(BRIDGE)
    return profile


@pytest.mark.skipif(bool(no_office()), reason=no_office() or "-")
def test_the_macro_scores_the_book(tmp_path: Path) -> None:
    with Office(with_bridge(tmp_path / "profile"), environment={"KPI_XL_PYTHON": our_python()}) as office:
        if not scripts_run(office):
            pytest.skip("LibreOffice runs no Python scripts here (libreoffice-script-provider-python)")
        document = office.open(unscored(tmp_path / "book.xlsm"))
        assert total(document) == 0.0
        address = f"vnd.sun.star.script:VBAProject.KpiRibbon.{SHEET_MACRO}?language=Basic&location=document"
        document.getScriptProvider().getScript(address).invoke((), (), ())
        assert round(total(document), 2) == 99.22
        quiet(document)


@pytest.fixture
def shown() -> Iterator[Screen]:
    with screen() as display:
        yield display


@pytest.mark.skipif(bool(no_screen()), reason=no_screen() or "-")
def test_a_click_on_the_sheet_scores_the_book(shown: Screen, tmp_path: Path) -> None:
    profile = with_bridge(tmp_path / "profile")
    with Office(profile, (), {**shown.office, "KPI_XL_PYTHON": our_python()}) as office:
        if not scripts_run(office):
            pytest.skip("LibreOffice runs no Python scripts here (libreoffice-script-provider-python)")
        document = office.open(unscored(tmp_path / "book.xlsm"), is_hidden=False)
        button = until(lambda: on_sheet(document), "the button on the sheet is there")
        shown.picture(tmp_path / "before.png")
        assert total(document) == 0.0
        shown.click(*middle(button))
        until(lambda: round(total(document), 2) == 99.22, "the total is 99.22")
        until(lambda: not document.hasControllersLocked(), "the write is finished")
        shown.picture(tmp_path / "after.png")
        quiet(document)


def on_sheet(document: Any) -> Any:
    window = document.CurrentController.Frame.ContainerWindow
    return push_button(window, label("ribbon", "button.score", "zh"))
