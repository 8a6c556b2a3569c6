"""From the click to the scored sheet: `python -m bench.click [cards]`, beside what an office needs by itself.

Excel is not here. The command that its ribbon runs is replayed, in a Python that has a workbook open in place of Excel;
its snapshot and its cells are openpyxl's, so these figures are not Excel's own. The same command runs in LibreOffice on
an open document. The rival is the workbook people write by hand, whose every cell calls a function, in LibreOffice as
well: bench/scalar_sheet.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.example_book import company

CELLS, TRIPS = 100_000, 10_000
"""Cells that call a function in Basic, and fewer that call Python, for they take minutes where those take seconds."""
ROOT = Path(__file__).parents[1]


def main(cards: int) -> None:
    print(f"{cards} card(s) x 12 indicators")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        line("replayed command, new interpreter (cold)", replayed(folder, cards))
        cold, warm = rung(folder, cards)
        line("replayed command, first in a server", cold)
        line("replayed command, again (warm)", warm)
        for what, seconds in in_libreoffice(folder, cards):
            line(what, seconds)
        for what, found in rivals(folder):
            line(what, found)


def replayed(folder: Path, cards: int) -> float:
    """A whole process, as the first click runs it; opening and saving the book in Excel's place is taken off."""
    book = fresh(folder / "cold.xlsx", cards)
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("from tests.live.started import start\nstart()\n")
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "KPI_TEST_BOOK": str(book)}
    arguments = (f"--wb={book.name}", "--from_xl=1", "--app=Excel", "--hwnd=1")

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-B", "-c", code, *arguments], env=environment, capture_output=True, check=True)

    opening = timed(lambda: run("pass"))
    return timed(lambda: run("import kpi_xl.faces.ribbon; kpi_xl.faces.ribbon.ring('score')")) - opening


def rung(folder: Path, cards: int) -> tuple[float, float]:
    """The same bell twice in one process, which is what a server keeps warm."""
    import warnings

    import xlwings

    warnings.simplefilter("ignore")     # what openpyxl, in Excel's place, does not model
    from kpi_xl.faces.ribbon import ring
    from tests.live.engine import TestEngine

    implementation = TestEngine()
    engine = xlwings.main.Engine(impl=implementation)
    xlwings.engines.add(engine)
    engine.activate()
    book = implementation.apps.add().books.open(str(fresh(folder / "warm.xlsx", cards)))
    sys.argv = [sys.argv[0], f"--wb={book.name}", "--from_xl=1", "--app=Excel", "--hwnd=1"]
    return timed(lambda: ring("score")), timed(lambda: ring("score"))


def in_libreoffice(folder: Path, cards: int) -> list[tuple[str, float]]:
    """An open document scored twice over UNO, and what the office needs to recalculate all of it by itself."""
    from kpi_xl.commands.score import score
    from kpi_xl.hosts.office.host import OfficeHost
    from kpi_xl.hosts.office.program import Office
    from tests.office import no_office

    if no_office():
        return []
    with Office(folder / "profile") as office:
        document = office.open(fresh(folder / "office.xlsx", cards))
        cold, warm = (timed(lambda: score(OfficeHost(document))) for _ in range(2))
        alone = timed(document.calculateAll)
        document.close(True)
    return [
        ("LibreOffice, first click", cold),
        ("LibreOffice, again (warm)", warm),
        ("LibreOffice's own hard recalculation", alone),
    ]


def rivals(folder: Path) -> list[tuple[str, float | str]]:
    """Sheets of single calls, from a new target to the last new value, or why that was not measured."""
    from bench.scalar_sheet import recalculated
    from tests.office import no_office

    if reason := no_office():
        return [("sheets of single calls", f"not measured: {reason}")]
    return [
        (f"LibreOffice, {CELLS:,} calls of a Basic function", recalculated(folder / "basic", "BASIC_SCORE", CELLS)),
        (f"LibreOffice, {TRIPS:,} calls of KPI_SCORE", recalculated(folder / "python", "PYTHON_SCORE", TRIPS)),
    ]


def fresh(path: Path, cards: int) -> Path:
    company(path, cards, 1)
    return path


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def line(what: str, found: float | str) -> None:
    print(f"{what:48}{found}" if isinstance(found, str) else f"{what:48}{found:8.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20)
