"""A company with two years of facts scored, beside its rivals: `python -m bench.company [cards] [months]`.

The same job by the script that a competent analyst would write, on the same book and on one with the inputs only; the
floor under any program that reads the book and writes it back; and what LibreOffice needs to recalculate it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Run, run


def main(cards: int, months: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, lean, out, theirs = (Path(folder, f"{name}.xlsx") for name in ("book", "inputs", "out", "script"))
        python = sys.executable
        # A child's peak is at least what its parent held when it was started: so the book is made by another child.
        made = (python, "-m", "bench.company_book", str(book), str(lean), str(cards), str(months))
        subprocess.run(made, check=True)
        print(f"{cards} cards x 16 indicators, {months} months of facts, {book.stat().st_size / 1e6:.1f} MB")
        start = run(python, "-c", "pass")
        floor = run(python, "-m", "bench.floor", str(book), str(out))
        ours = run(python, "-m", "kpi_xl", "score", str(book), "-o", str(out), "--json")
        again = run(python, "-m", "kpi_xl", "score", str(out), "--json")
        from_inputs = run(python, "-m", "bench.company_script", str(lean), str(theirs), times=1)
        script = run(python, "-m", "bench.company_script", str(book), str(theirs), times=1)
        print(f"{'':46}{'wall':>9}{'processor':>12}{'peak':>10}")
        line("interpreter start", start)
        line("floor: fastest reader + copy", floor)
        line("kpi-xl score", ours)
        line("kpi-xl score, nothing changed since", again)
        line("pandas + openpyxl script", script)
        line("the script on a book of the inputs only", from_inputs)
        print(f"the script's totals that differ from ours by more than 0.05: {_differing(out, theirs)} of {cards}")
        compared("the script takes", script, ours, start)
        compared("on the inputs only it takes", from_inputs, ours, start)
        compared("kpi-xl takes, of the floor,", ours, floor, start)
        _recalculated(book)


def line(what: str, measured: Run) -> None:
    print(f"{what:46}{measured.seconds:7.2f} s{measured.busy:10.2f} s{measured.peak:7.0f} MB")


def compared(what: str, one: Run, other: Run, start: Run) -> None:
    """How many times the one takes of the other, the start of the interpreter apart."""
    wall = (one.seconds - start.seconds) / (other.seconds - start.seconds)
    busy = (one.busy - start.busy) / (other.busy - start.busy)
    print(f"{what:46}{wall:7.1f} x{busy:10.1f} x{one.peak / other.peak:8.1f} x")


def _recalculated(book: Path) -> None:
    from kpi_xl.referee import available, recalculate

    if available("libreoffice") is None:
        print(f"{'LibreOffice recalculates the formulas':46}{recalculate('libreoffice', book).seconds:7.2f} s")


def _differing(out: Path, theirs: Path) -> int:
    import openpyxl

    from kpi_xl.hosts.file import FileHost

    grid = FileHost(out).tables()["tblCards"]
    card, total = (grid.header.index(name) for name in ("评分卡", "考核总分"))
    ours = {row[card]: row[total] for row in grid.rows}
    sheet = openpyxl.load_workbook(theirs, read_only=True)["得分汇总"]
    _, *rows = sheet.iter_rows(values_only=True)
    found = {row[1]: row[6] for row in rows}
    return sum(abs(float(found.get(name, -1.0)) - float(score)) > 0.05 for name, score in ours.items())


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3] or ("200", "24")))
