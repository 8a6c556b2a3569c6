"""A formula as an office fills it from one cell into another; shared formulas in a file are stored that way."""

from __future__ import annotations

from kpi_xl.model.grid import a1

BROKEN = "#REF!"


def filled(formula: str, origin: tuple[int, int], place: tuple[int, int]) -> str:
    """What a formula (no leading "=") says after filling; ``#REF!`` where it would leave the sheet.

    Parameters
    ----------
    origin, place
        1-based (row, column) of the cell it stands in and of the cell it is filled into.

    >>> filled("A1*$A1+B$1", (1, 3), (3, 4))
    'B3*$A3+C$1'
    """
    from openpyxl.formula.translate import Translator, TranslatorError  # slow to import and rarely needed

    try:
        return str(Translator(f"={formula}", origin=a1(*origin)).translate_formula(a1(*place))).removeprefix("=")
    except TranslatorError:
        return BROKEN
