"""The VBA of the worksheet functions: as xlwings writes it, but for true errors, descriptions and being ASCII."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import pytest

from kpi_xl.book.queries import FUNCTIONS, QUERIES
from kpi_xl.builder.wrappers import udf_module
from kpi_xl.functions.failures import ERROR_VALUES
from kpi_xl.functions.registry import LONGEST_HELP
from tests.faces import windows

needs_xlwings = pytest.mark.skipif(find_spec("xlwings") is None, reason="the package xlwings is not installed")
needs_vba = pytest.mark.skipif(find_spec("pyopenvba") is None, reason="the package pyOpenVBA is not installed")

RESERVED = set(
    "and as boolean byref byte byval call case const currency date declare dim do double each else elseif empty end "
    "enum eqv erase error event exit false for friend function get global gosub goto if imp implements in input "
    "integer is let like lock long loop lset me mod new next not nothing null object on open option optional or "
    "paramarray preserve print private property public put raiseevent redim rem resume return rset seek select set "
    "single static stop string sub then to true type typeof until variant wend while with withevents write xor".split()
)
LONGEST_LINE = 1023


def as_xlwings_writes(source: str) -> str:
    """Our module without what is ours: head, descriptions, and the way an error comes back."""
    source = source[source.index("Function ") : source.index("Private Function")]
    source = re.sub(r"^Attribute .*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"= KpiCells\((.*)\)$", r"= \1", source, flags=re.MULTILINE)
    return re.sub(r"^    (\w+) = CVErr\(2015\)$", r"    \1 = Err.Description", source, flags=re.MULTILINE)


@needs_xlwings
@pytest.mark.parametrize(("is_addin", "book"), [(False, "kpi.xlsm"), (True, "kpi.xlam")])
def test_it_is_what_xlwings_generates(is_addin: bool, book: str) -> None:
    assert as_xlwings_writes(udf_module(is_addin)) == windows.generated(book)


@pytest.mark.parametrize("is_addin", [False, True])
def test_every_function_has_one_wrapper_and_every_wrapper_a_function(is_addin: bool) -> None:
    source = udf_module(is_addin)
    assert re.findall(r"^Function (\w+)\(", source, re.MULTILINE) == list(FUNCTIONS)
    assert source.count("Application.Volatile") == len(QUERIES)
    assert ("ActiveWorkbook" in source, "ThisWorkbook" in source) == (is_addin, not is_addin)


def test_the_source_is_plain_ascii_and_declares_nothing() -> None:
    source = udf_module(is_addin=False)
    assert source.isascii()
    assert source.startswith('Attribute VB_Name = "xlwings_udfs"\n')
    assert "Option Explicit" not in source
    assert max(map(len, source.splitlines())) <= LONGEST_LINE


def test_every_function_is_described_in_the_wizard() -> None:
    described = dict(re.findall(r'^Attribute (\w+)\.VB_Description = "(.*)"$', udf_module(False), re.MULTILINE))
    assert {name: text.replace('""', '"') for name, text in described.items()} == {
        name: spec.summary("en") for name, spec in FUNCTIONS.items()
    }
    assert all(0 < len(text) <= LONGEST_HELP for text in described.values())


def test_arguments_have_names_that_vba_takes() -> None:
    for spec in FUNCTIONS.values():
        names = [argument.name.casefold() for argument in spec.arguments]
        assert not set(names) & RESERVED, spec.name
        assert len(set(names)) == len(names)
        assert spec.name.casefold() not in names


ECHO = """
Public Function CallUDF(script, fname, args, Optional book, Optional caller)
    CallUDF = args(0)
End Function
"""
CALLS = """
Public XLPy As New Echo
Public Function Block()
    Dim found(1, 1)
    found(0, 0) = 1.5
    found(0, 1) = "#N/A"
    found(1, 0) = "#DIV/0!"
    found(1, 1) = "A"
    Block = KPI_RATIO(found, 1)
End Function
Public Function OneRow()
    OneRow = KPI_RATIO(Array("#NUM!", 2, "#1"), 1)
End Function
Public Function Kind(cell)
    Kind = TypeName(KPI_RATIO(cell, 1))
End Function
"""


@pytest.fixture
def excel() -> Any:
    """The module in an interpreter of VBA that knows neither procedure attributes nor Application.Caller."""
    from pyopenvba.apps.excel import ExcelApplication

    source = re.sub(r"^Attribute KPI.*\n", "", udf_module(is_addin=False), flags=re.MULTILINE)
    source = source.replace("If TypeOf Application.Caller Is Range Then ", "").replace("Application.Caller", "Nothing")
    application = ExcelApplication()
    application.add_workbook()
    application.add_module(source, name="xlwings_udfs")
    application.add_module(ECHO, name="Echo", kind="class")
    application.add_module(CALLS, name="Calls")
    return application


@needs_vba
@pytest.mark.parametrize(("text", "number"), ERROR_VALUES.items())
def test_the_text_of_an_error_becomes_the_true_error(excel: Any, text: str, number: int) -> None:
    assert excel.run("Kind", text) == "Error"
    assert str(excel.run("KPI_RATIO", text, 1)) == f"Error {number}"


@needs_vba
@pytest.mark.parametrize(("cell", "kind"), [(3.5, "Double"), ("B", "String"), ("", "String"), (True, "Boolean")])
def test_what_is_no_error_passes_through(excel: Any, cell: object, kind: str) -> None:
    assert excel.run("KPI_RATIO", cell, 1) == cell
    assert excel.run("Kind", cell) == kind


@needs_vba
def test_errors_inside_blocks_become_true_errors(excel: Any) -> None:
    assert [[str(cell) for cell in row] for row in excel.run("Block")] == [["1.5", "Error 2042"], ["Error 2007", "A"]]
    assert [str(cell) for cell in excel.run("OneRow")] == ["Error 2036", "2", "#1"]
