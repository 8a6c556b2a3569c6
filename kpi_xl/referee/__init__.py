"""Recalculation of a workbook's native formulas by engines that are not ours, and the comparison with ours.

Each engine is imported only when it is asked for; `available` says whether it can be, without importing it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from kpi_xl.errors import WorkbookError
from kpi_xl.referee.cells import FormulaCell, formula_cells
from kpi_xl.referee.compare import Comparison, Difference, compare
from kpi_xl.referee.recalculation import Place, Recalculated, Value

__all__ = [
    "ENGINES",
    "Comparison",
    "Difference",
    "Engine",
    "FormulaCell",
    "Place",
    "Recalculated",
    "Value",
    "available",
    "compare",
    "formula_cells",
    "recalculate",
]


class Engine(Protocol):
    """What a module of this room offers; new engines need nothing else."""

    def installed(self) -> bool:
        """Whether it can run here."""
        ...

    def recalculate(self, path: Path, timeout: float = ...) -> Recalculated:
        """Every formula cell of a book, computed anew."""
        ...


def _libreoffice() -> Engine:
    from kpi_xl.referee import libreoffice

    return libreoffice


def _formualizer() -> Engine:
    from kpi_xl.referee import formualizer

    return formualizer


def _formulas() -> Engine:
    from kpi_xl.referee import formulas

    return formulas


ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"libreoffice": _libreoffice, "formualizer": _formualizer, "formulas": _formulas}
)


def available(name: str) -> str | None:
    """None if the engine can be used here, else the code of the reason.

    >>> available("no such engine")
    'E-ENGINE-MISSING'
    """
    return None if name in ENGINES and ENGINES[name]().installed() else "E-ENGINE-MISSING"


def recalculate(name: str, path: Path | str) -> Recalculated:
    """Values of all formula cells of a workbook as the engine `name` computes them.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED`` or ``E-ENGINE-TIMEOUT`` with `engine` and `reason`;
        ``E-BOOK-UNREADABLE`` with `path` and `reason`.
    """
    if name not in ENGINES:
        raise WorkbookError("E-ENGINE-MISSING", engine=name, reason="unknown")
    return ENGINES[name]().recalculate(Path(path))
