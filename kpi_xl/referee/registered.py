"""The worksheet functions as `formulas` calls them, so that =KPI_SCORE(...) in a cell is recalculated with the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kpi_xl.errors import KpiError
from kpi_xl.functions import REGISTRY, CellFailure, FunctionSpec
from kpi_xl.functions.cells import Cell, Grid
from kpi_xl.functions.failures import error_value


def registered() -> dict[str, Callable[..., Any]]:
    """Every function of arguments alone by its name in Excel; those of a whole book need a host and are not here."""
    from formulas.functions import wrap_ranges_func

    return {name: wrap_ranges_func(_of_arrays(spec)) for name, spec in REGISTRY.items()}


def _of_arrays(spec: FunctionSpec) -> Callable[..., Any]:
    needed = sum(not argument.optional for argument in spec.arguments)

    def computed(*arrays: Any) -> Any:
        if not needed <= len(arrays) <= len(spec.arguments):
            return _array(CellFailure("E-FUNCTION-ARGUMENTS"))
        pairs = [(argument, _grid(array)) for argument, array in zip(spec.arguments, arrays, strict=False)]
        given = {argument.name: argument.default if grid is None else grid for argument, grid in pairs}
        try:
            return _array(spec.function(**given))
        except KpiError as error:
            return _array(CellFailure(error.code, error.args_by_name))

    return computed


def _grid(array: Any) -> Grid:
    """Rows of plain cells; None for one that is empty or left out, which the package does not tell apart."""
    import numpy

    block = numpy.atleast_2d(numpy.asarray(array, object))
    rows = [[_cell(cell) for cell in row] for row in block.tolist()]
    return rows[0][0] if block.size == 1 else rows


def _cell(cell: Any) -> Cell:
    import numpy
    import schedula
    from formulas.tokens.operand import XlError

    if cell is schedula.EMPTY or cell is None:
        return None
    if isinstance(cell, XlError):
        return str(cell)
    if isinstance(cell, bool | numpy.bool):
        return bool(cell)
    return str(cell) if isinstance(cell, str) else float(cell)


def _array(found: Grid) -> Any:
    """A block as the package hands it on, failures as its own error tokens."""
    import numpy
    from formulas.functions import Array

    if isinstance(found, str) or not isinstance(found, Sequence):
        return numpy.array([[_token(found)]], object).view(Array)
    rows = [row if isinstance(row, Sequence) and not isinstance(row, str) else [row] for row in found]
    return numpy.array([[_token(cell) for cell in row] for row in rows], object).view(Array)


def _token(cell: Cell) -> Any:
    from formulas.tokens.operand import Error

    return Error.errors[error_value(cell)] if isinstance(cell, CellFailure) else cell
