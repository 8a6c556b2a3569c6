"""One cell as a function takes it: a number, a word, nothing, or a failure that says why there is no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from kpi_xl.errors import FunctionError
from kpi_xl.model.grid import CellError, Scalar

NOTHING = frozenset({"", "—", "-", "–", "/", "无", "n/a", "na", "none", "null"})
"""What people type where there is no number; never zero."""

SHOWN = 60
_ERROR_TEXT = re.compile(r"#[A-Z0-9/_]+[!?]?")


@dataclass(frozen=True, slots=True)
class CellFailure:
    """Why one cell has no value: a stable code and the facts of its message."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


Value = float | str
"""A result: a number, a word, or "" where there is none."""
Outcome = Value | CellFailure
NO_VALUE = ""


def number(cell: Scalar) -> float | None:
    """A cell as a number; None where nothing was reported.

    Raises
    ------
    FunctionError
        ``E-NUMBER`` for anything else than a number, ``NON_FINITE`` for an error value.

    >>> number(0), number("—"), number("n/a")
    (0.0, None, None)
    """
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in NOTHING):
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _finite(cell)
    text = cell.code if isinstance(cell, CellError) else cell
    is_error = isinstance(text, str) and _ERROR_TEXT.fullmatch(text.strip().upper())
    raise FunctionError("NON_FINITE" if is_error else "E-NUMBER", found=shown(text))


def _finite(value: int | float) -> float:
    try:
        result = float(value)
    except OverflowError:
        raise FunctionError("NON_FINITE", found=shown("∞")) from None
    if not isfinite(result):
        raise FunctionError("NON_FINITE", found=shown(value))
    return result


def required(cell: Scalar) -> float:
    """A cell as a number that has to be there.

    Raises
    ------
    FunctionError
        ``E-NUMBER``, ``NON_FINITE``.
    """
    value = number(cell)
    if value is None:
        raise FunctionError("E-NUMBER", found=shown(cell))
    return value


def result(value: float | None) -> Value:
    """A computed number as a cell value; "" where there is none.

    Raises
    ------
    FunctionError
        ``NON_FINITE``: too large to be a number.
    """
    return NO_VALUE if value is None else _finite(value) + 0.0


def text(cell: Scalar) -> str:
    """A cell as words, trimmed; a whole number loses its ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.15g}"
    return "" if cell is None else str(cell).strip()


def choice(cell: Scalar, wanted: tuple[str, ...], param: str) -> str:
    """A cell as one of the words, whatever its case; the first where it is blank.

    Raises
    ------
    FunctionError
        ``CONFIG_ERROR`` with the problem ``E-PARAM-CHOICE``.
    """
    word = text(cell).casefold() or wanted[0]
    if word not in wanted:
        facts = {"param": param, "found": shown(cell), "wanted": ", ".join(filter(None, wanted))}
        raise FunctionError("CONFIG_ERROR", problem="E-PARAM-CHOICE", **facts)
    return word


def shown(value: object) -> str:
    """A value as a message quotes it, not longer than it can be read."""
    words = f"{value:.15g}" if isinstance(value, float) else "" if value is None else str(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
