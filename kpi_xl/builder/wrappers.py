"""The VBA module of the worksheet functions, in the form that xlwings 0.37.8 writes when it imports functions.

It is written when the workbook is built: nobody has to press "Import Functions", and nobody has to trust access to the
VBA project. What differs from xlwings' own form is where an error comes back: as a true error value, not as a text.
"""

from __future__ import annotations

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.functions.failures import ERROR_VALUES
from kpi_xl.functions.registry import LONGEST_HELP, FunctionSpec

MODULE = "kpi_udfs"
"""The Python module that Excel imports; `UDF MODULES` in the configuration names it too."""

HEAD = """\
Attribute VB_Name = "xlwings_udfs"
'Generated with the workbook from the registry of functions; changes will be lost.
#Const App = "Microsoft Excel"
"""
FOOT = """\
Private Function KpiCells(ByVal found)
    Dim i, j, last
    If Not IsArray(found) Then
        KpiCells = KpiCell(found)
        Exit Function
    End If
    last = -1
    On Error Resume Next
    last = UBound(found, 2)
    On Error GoTo 0
    For i = LBound(found) To UBound(found)
        If last < 0 Then
            found(i) = KpiCell(found(i))
        Else
            For j = LBound(found, 2) To last
                found(i, j) = KpiCell(found(i, j))
            Next j
        End If
    Next i
    KpiCells = found
End Function

Private Function KpiCell(ByVal found)
    KpiCell = found
    If VarType(found) = vbString Then
        Select Case found
{cases}
        End Select
    End If
End Function
"""
"""COM cannot carry an error value out of Python: it comes as its text and turns into the true one here."""


def udf_module(is_addin: bool) -> str:
    """Source of the module ``xlwings_udfs``: one function per worksheet function, in ASCII.

    Parameters
    ----------
    is_addin
        Whether the module lies in an add-in, whose functions work on the active workbook and not on their own.
    """
    book = "ActiveWorkbook" if is_addin else "ThisWorkbook"
    source = "".join([HEAD, *(_wrapper(spec, book) for spec in FUNCTIONS.values()), _foot()])
    return source if source.isascii() else _refuse(source)


def _wrapper(spec: FunctionSpec, book: str) -> str:
    given = "Array(" + ", ".join(argument.name for argument in spec.arguments) + ")"
    call = f'XLPy.CallUDF("{MODULE}", "{spec.name}", {given}'
    lines = [
        f"Function {spec.name}({_parameters(spec)})",
        f'Attribute {spec.name}.VB_Description = "{_description(spec)}"',
        *(["    Application.Volatile"] if spec.reads_book else []),
        '    #If App = "Microsoft Excel" Then',
        "        If TypeOf Application.Caller Is Range Then On Error GoTo failed",
        f"        {spec.name} = KpiCells({call}, {book}, Application.Caller))",
        "        Exit Function",
        "    #Else",
        f"        {spec.name} = KpiCells({call}))",
        "        Exit Function",
        "    #End If",
        "failed:",
        f"    {spec.name} = CVErr({ERROR_VALUES['#VALUE!']})",
        "End Function",
        "",
    ]
    return "\n".join(lines) + "\n"


def _parameters(spec: FunctionSpec) -> str:
    return ", ".join(f"{'Optional ' * argument.optional}{argument.name}" for argument in spec.arguments)


def _description(spec: FunctionSpec) -> str:
    """The English summary as a VBA literal holds it."""
    return spec.summary("en")[:LONGEST_HELP].replace('"', '""')


def _foot() -> str:
    cases = [f'            Case "{text}": KpiCell = CVErr({number})' for text, number in ERROR_VALUES.items()]
    return FOOT.format(cases="\n".join(cases))


def _refuse(source: str) -> str:
    strange = sorted({character for character in source if not character.isascii()})
    raise ValueError(f"VBA source is ASCII only, found {' '.join(strange)}")
