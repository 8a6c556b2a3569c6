"""verify: recompute the native formulas with engines that are not ours and compare every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import perf_counter

from kpi_xl.commands.receipt import Receipt
from kpi_xl.errors import WorkbookError
from kpi_xl.model.issue import Issue
from kpi_xl.referee import ENGINES, available, formula_cells, recalculate
from kpi_xl.referee.compare import Comparison, compare

DEFAULT_ENGINES = ("libreoffice", "formualizer")
"""The two that are fast; `formulas` is run on request."""
SHOWN = 20
Progress = Callable[[str], None]


def verify(path: Path, engines: Iterable[str] = (), progress: Progress = lambda _: None) -> Receipt:
    """Compare the cached values of a book, which Python computed, with what other engines make of its formulas.

    Parameters
    ----------
    engines
        Names as in `referee.ENGINES`; by default those of `DEFAULT_ENGINES` that are installed here.
    progress
        Told which engine is at work.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-UNKNOWN``, ``E-ENGINE-MISSING``, ``E-ENGINE-NONE``, ``E-ENGINE-FAILED``, ``E-ENGINE-TIMEOUT``.
    """
    start = perf_counter()
    chosen = _chosen(tuple(engines))
    progress("cells")
    cells = formula_cells(path)
    compared: list[Comparison] = []
    for engine in chosen:
        progress(engine)
        compared.append(compare(cells, recalculate(engine, path)))
    issues = tuple(issue for comparison in compared for issue in _issues(comparison))
    facts = {"formulas": len(cells), "engines": [_facts(comparison) for comparison in compared]}
    return Receipt("verify", path.name, issues, facts, all(c.agrees for c in compared), perf_counter() - start)


def _chosen(asked: tuple[str, ...]) -> tuple[str, ...]:
    for engine in asked:
        if engine not in ENGINES:
            raise WorkbookError("E-ENGINE-UNKNOWN", found=engine, wanted=", ".join(ENGINES))
        if available(engine) is not None:
            raise WorkbookError("E-ENGINE-MISSING", engine=engine, reason="")
    found = asked or tuple(engine for engine in DEFAULT_ENGINES if available(engine) is None)
    if not found:
        raise WorkbookError("E-ENGINE-NONE", wanted=", ".join(DEFAULT_ENGINES))
    return found


def _facts(comparison: Comparison) -> Mapping[str, object]:
    return {
        "engine": comparison.engine,
        "compared": comparison.compared,
        "largest_difference": comparison.largest,
        "differing": comparison.differences,
        "not_evaluated": len(comparison.missing),
        "agrees": comparison.agrees,
    }


def _issues(comparison: Comparison) -> Iterable[Issue]:
    for difference in comparison.differing[:SHOWN]:
        args = {"engine": comparison.engine, "found": difference.recalculated, "wanted": difference.cached}
        yield Issue("E-VERIFY-DIFFERS", difference.cell, args)
    for sheet, address in comparison.missing[:SHOWN]:
        yield Issue("E-VERIFY-MISSING", f"{sheet}!{address}", {"engine": comparison.engine})
