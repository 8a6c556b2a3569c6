"""Score a company from the command line, beside its rivals: `python -m bench [cards] [months]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.example_book import company
from bench.measure import Run, run
from kpi_xl.referee import available, recalculate


def main(cards: int, months: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, out = Path(folder) / "book.xlsx", Path(folder) / "out.xlsx"
        company(book, cards, months)
        python = sys.executable
        start = run(python, "-c", "pass")
        floor = run(python, "-m", "bench.floor", str(book), str(out))
        ours = run(python, "-m", "kpi_xl", "score", str(book), "-o", str(out), "--json")
        script = run(python, "-m", "bench.rival_script", str(book), str(out), times=1)
        print(f"{cards} cards x 12 indicators, {months} month(s) of facts, {book.stat().st_size / 1e6:.1f} MB")
        line("interpreter start", start, floor)
        line("floor: fastest reader + copy", floor, floor)
        line("kpi-xl score", ours, floor)
        line("pandas + openpyxl script", script, floor)
        for engine in ("libreoffice", "formualizer"):
            if available(engine) is None:
                seconds = recalculate(engine, out if engine == "formualizer" else book).seconds
                line(f"{engine} recalculates the formulas", Run(seconds), floor)
        print(f"kpi-xl is {script.seconds / ours.seconds:.1f} x as fast as the script")


def line(what: str, measured: Run, floor: Run) -> None:
    print(f"{what:36}{measured.seconds:8.2f} s {measured.seconds / floor.seconds:7.1f} x floor")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or ("200", "1")))
