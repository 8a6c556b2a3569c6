"""Cells in, cells out: what counts as missing, what as a number, and blocks that are computed cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from kpi_xl.errors import FunctionError, KpiError
from kpi_xl.model.params import number
from kpi_xl.model.typed_text import NOTHING


@dataclass(frozen=True, slots=True)
class CellFailure:
    """Why one cell has no value: a stable code, and the facts of its message."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


Cell: TypeAlias = float | str | bool | CellFailure | None
Grid: TypeAlias = Cell | Sequence[Cell] | Sequence[Sequence[Cell]]
"""One cell, one row of cells, or rows of cells."""

NO_SCORE = ""
LONGEST_FOUND = 40
"""Characters of a wrong cell that a message quotes."""

LARGEST = 1e100
"""No quantity is larger; beyond it a product of two might not be finite."""

ERROR_VALUE = re.compile(r"#(?:N/A|DIV/0!|[A-Z_]+[!?])")
"""An error of a cell, as a host hands it over."""

Choice = TypeVar("Choice", bound=str)


def each(function: Callable[..., Cell], *arguments: Grid) -> Grid:
    """A function of cells over blocks; one row, one column or one cell stretches to the size of the others.

    A cell that cannot be computed holds its `CellFailure`; the others have their values.

    Raises
    ------
    FunctionError
        ``E-ARG-SHAPE``: blocks of different sizes.
    """
    blocks = [_rows(argument) for argument in arguments]
    n_rows, n_columns = _size([len(block) for block in blocks]), _size([len(block[0]) for block in blocks])
    result = [
        [_one(function, [_pick(_pick(block, i), j) for block in blocks]) for j in range(n_columns)]
        for i in range(n_rows)
    ]
    return result if any(_is_block(argument) for argument in arguments) else result[0][0]


def is_missing(cell: Cell) -> bool:
    """Nothing was reported in this cell."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in NOTHING)


def figure(cell: Cell, argument: str) -> float | None:
    """The number in a cell; None when it is missing.

    >>> figure(" 3.5% ", "actual"), figure("—", "actual")
    (0.035, None)

    Raises
    ------
    FunctionError
        ``E-NUMBER``: neither missing nor a number; ``NON_FINITE``: an error value, or no finite number.
    """
    if is_missing(cell):
        return None
    found = math.nan if _is_error(cell) else _number(cell)
    if found is None or not abs(found) <= LARGEST:
        code = "E-NUMBER" if found is None else "NON_FINITE"
        raise FunctionError(code, argument=argument, found=_quoted(cell))
    return found


def word(cell: Cell, default: str = "") -> str:
    """The text in a cell, or its default when the cell is empty."""
    return default if cell is None or not str(cell).strip() else str(cell).strip()


def choice(cell: Cell, argument: str, wanted: Sequence[Choice]) -> Choice:
    """One of the words, in any case; the first when the cell is empty.

    Raises
    ------
    FunctionError
        ``E-ARG-CHOICE``: another word.
    """
    typed = word(cell, wanted[0]).casefold()
    for candidate in wanted:
        if candidate.casefold() == typed:
            return candidate
    raise FunctionError("E-ARG-CHOICE", argument=argument, found=cell, wanted=", ".join(wanted))


def size(cell: Cell) -> float:
    """How large the number in a cell is; 0 when there is none."""
    found = _number(cell)
    return 0.0 if found is None else abs(found)


def _is_error(cell: Cell) -> bool:
    return isinstance(cell, str) and ERROR_VALUE.fullmatch(cell.strip().upper()) is not None


def _quoted(cell: Cell) -> str:
    """A cell as a message quotes it; an integer too long to be printed is known by its size alone."""
    is_long = isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > LARGEST
    return f"> {LARGEST:g}" if is_long else str(cell)[:LONGEST_FOUND]


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        return number(text) if text[-1:].isdigit() or text[-1:] in ".%" else None
    if isinstance(cell, (int, float)):
        return float(cell) if abs(cell) <= LARGEST else math.inf
    return None


def _one(function: Callable[..., Cell], cells: Sequence[Cell]) -> Cell:
    try:
        value = function(*cells)
    except KpiError as error:
        return CellFailure(error.code, error.args_by_name)
    if isinstance(value, float) and not math.isfinite(value):
        return CellFailure("NON_FINITE", {"found": value})
    return value


def _is_block(argument: Grid) -> bool:
    return isinstance(argument, Sequence) and not isinstance(argument, str)


def _rows(argument: Grid) -> Sequence[Sequence[Cell]]:
    if isinstance(argument, str) or not isinstance(argument, Sequence):
        return [[argument]]
    cells = [part for part in argument if isinstance(part, str) or not isinstance(part, Sequence)]
    rows = [part for part in argument if isinstance(part, Sequence) and not isinstance(part, str)] or [cells]
    sizes = sorted({len(row) for row in rows})
    if sizes[0] == 0 or len(sizes) > 1 or len(rows) not in (1, len(argument)):
        raise FunctionError("E-ARG-SHAPE", found=", ".join(map(str, sizes)))
    return rows


def _size(lengths: Sequence[int]) -> int:
    wide = {length for length in lengths if length != 1}
    if len(wide) > 1:
        raise FunctionError("E-ARG-SHAPE", found=", ".join(map(str, sorted(wide))))
    return wide.pop() if wide else 1


Part = TypeVar("Part")


def _pick(parts: Sequence[Part], index: int) -> Part:
    return parts[index if len(parts) > 1 else 0]
