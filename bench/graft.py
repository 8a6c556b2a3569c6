"""A sheet of raw rows taken over into a book: `python -m bench.graft [rows]`; seconds and peak memory."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import xlsxwriter

from kpi_xl.book.example import example
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost

ROWS = 500_000
NUMBERS = 6


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        donor, book = Path(name, "donor.xlsx"), Path(name, "book.xlsx")
        timed(f"a donor of {rows} rows x 12, by XlsxWriter", lambda: raw_rows(donor, rows))
        new_from(book, FileHost, example("zh"), "zh")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        timed("its sheet taken over", lambda: FileHost(book).graft(donor, "tblActuals"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{'peak memory before and after':<50} {before / 1024:7.0f} MB {peak / 1024:7.0f} MB")
        timed("scored", lambda: score(FileHost(book)))
        print(f"{'the book':<50} {book.stat().st_size / 1e6:7.1f} MB")


def raw_rows(path: Path, rows: int) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("数据_订单")
        for row in range(rows):
            sheet.write_string(row, 0, f"O{row:08}")
            sheet.write_string(row, 1, f"B{row % 90_000:06}")
            sheet.write_datetime(row, 2, datetime(2026, 1 + row % 12, 1 + row % 28), day)
            for column in range(3, 3 + NUMBERS):
                sheet.write_number(row, column, (row * 7919 * column % 100_003) / 100)
            sheet.write_string(row, 9, "已完成")
            sheet.write_boolean(row, 10, False)
            sheet.write_string(row, 11, "华东")


def timed(what: str, act: Callable[[], object]) -> None:
    start = time.perf_counter()
    act()
    print(f"{what:<50} {time.perf_counter() - start:7.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
