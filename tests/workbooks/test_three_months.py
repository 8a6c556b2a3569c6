"""Three months in a row on the sample company: what was printed in January stands in March as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from kpi_xl.book.sample import sample, scored_months
from kpi_xl.book.tables.inputs import LOCKED_STATES, SETTINGS
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.package import package_from, read_part
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.model.grid import CellOut, Patch, Scalar

MONTHS = tuple(map(str, scored_months()))
FIRST, _, LAST = MONTHS
_ROW = re.compile(rb'<row r="([0-9]+)".*?</row>', re.DOTALL)
_PLACE = re.compile(rb'(r="[A-Z]*)[0-9]+"')


def test_the_printed_total_of_a_month_is_unchanged_two_months_later(scored: Mapping[str, Path]) -> None:
    first, *later = (history_rows(scored[month], FIRST) for month in MONTHS)
    assert len(first) >= 16
    assert later == [first, first]


def test_a_month_that_is_scored_again_leaves_the_others_as_they_were(scored: Mapping[str, Path], tmp_path: Path) -> None:
    path = copied(scored[LAST], tmp_path / "again.xlsx")
    before = path.read_bytes()
    assert score(FileHost(path)).is_done
    assert path.read_bytes() == before


def test_later_facts_of_a_published_month_change_nothing_that_was_printed(
    scored: Mapping[str, Path], tmp_path: Path
) -> None:
    path = copied(scored[LAST], tmp_path / "typed.xlsx")
    grid = FileHost(path).tables()["tblActuals"]
    period, num = (grid.header.index(heading) for heading in ("考核期", "分子"))
    cells = tuple(
        CellOut(grid.row + 1 + index, grid.column + num, 2 * amount)
        for index, row in enumerate(grid.rows)
        if row[period] == FIRST and isinstance(amount := row[num], float)
    )
    FileHost(path).write([], [Patch(grid.name, cells, grid.declared)])
    assert score(FileHost(path)).is_done
    assert history_rows(path, FIRST) == history_rows(scored[FIRST], FIRST)


def test_a_book_that_openpyxl_saved_keeps_the_printed_totals(scored: Mapping[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "saved.xlsx"
    book = openpyxl.load_workbook(scored[FIRST])
    book.save(path)
    receipt = turned_to(path, LAST)
    assert receipt.is_done
    assert published(path, FIRST) == published(scored[FIRST], FIRST)
    assert published(path, LAST).keys() == published(scored[LAST], LAST).keys()


@pytest.mark.parametrize("state", LOCKED_STATES)
def test_a_locked_period_refuses(state: str, scored: Mapping[str, Path], tmp_path: Path) -> None:
    path = copied(scored[LAST], tmp_path / "locked.xlsx")
    put(path, {"state": state})
    before = path.read_bytes()
    receipt = score(FileHost(path))
    assert not receipt.is_done
    assert "E-PERIOD-LOCKED" in [issue.code for issue in receipt.issues]
    assert receipt.facts["cards"] == []
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The book as it was after each month."""
    folder = tmp_path_factory.mktemp("months")
    path = folder / "book.xlsx"
    new_from(path, FileHost, sample("zh", FIRST), "zh")
    found = {}
    for month in MONTHS:
        assert turned_to(path, month).is_done
        found[month] = copied(path, folder / f"{month}.xlsx")
    return found


def copied(path: Path, to: Path) -> Path:
    to.write_bytes(path.read_bytes())
    return to


def turned_to(path: Path, month: str) -> Receipt:
    """The receipt of scoring a month in the same book."""
    put(path, {"period": month, "data_cutoff": f"{next(each for each in scored_months() if str(each) == month).end}"})
    return score(FileHost(path))


def put(path: Path, settings: Mapping[str, Scalar]) -> None:
    host = FileHost(path)
    grid = host.tables()[SETTINGS.name]
    name, value = SETTINGS.position("key"), SETTINGS.position("value")
    cells = tuple(
        CellOut(grid.row + 1 + index, grid.column + value, settings[str(row[name])])
        for index, row in enumerate(grid.rows)
        if row[name] in settings
    )
    assert len(cells) == len(settings)
    host.write([], [Patch(grid.name, cells, grid.declared)])


def history_rows(path: Path, month: str) -> list[bytes]:
    """A month's rows of the history as they stand in the file, without the number of the row."""
    book = Snapshot(package_from(path.name, path.read_bytes()))
    sheet = book.definitions.sheet_of(HISTORY.name)
    assert sheet is not None
    found = (match[0] for match in _ROW.finditer(read_part(book.package, sheet.part)))
    return [_PLACE.sub(rb'\1"', row) for row in found if f"<t>{month}|".encode() in row]


def published(path: Path, month: str) -> dict[str, tuple[Scalar, ...]]:
    """A month's rows of the history by their keys."""
    rows = FileHost(path).tables()[HISTORY.name].rows
    return {str(row[0]): row for row in rows if str(row[0]).startswith(f"{month}|")}
