"""Which of Excel's error values stands for a failure in a cell."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_xl.functions.cells import ERROR_VALUE, CellFailure

ERROR_VALUES: Mapping[str, int] = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
"""Excel's error values by their text, with the numbers that VBA's CVErr knows them by."""

NOT_FOUND = frozenset(("E-CARD-UNKNOWN", "E-ITEM-UNKNOWN", "E-FACT-UNKNOWN", "E-BOOK-STRANGE", "E-CALL-BOOK"))


def error_value(failure: CellFailure) -> str:
    """Text of the error value that a cell shows.

    An error that came in goes out unchanged; what was looked up in vain is #N/A, impossible arithmetic #NUM! or
    #DIV/0!, and everything that the user can mend in the arguments #VALUE!.

    >>> error_value(CellFailure("NON_FINITE", {"found": "#REF!"})), error_value(CellFailure("E-NUMBER", {}))
    ('#REF!', '#VALUE!')
    """
    if failure.code in NOT_FOUND:
        return "#N/A"
    if failure.code != "NON_FINITE":
        return "#VALUE!"
    found = str(failure.args.get("found", "")).strip().upper()
    if ERROR_VALUE.fullmatch(found):
        return found if found in ERROR_VALUES else "#VALUE!"
    return "#DIV/0!" if found.endswith("/ 0") else "#NUM!"
