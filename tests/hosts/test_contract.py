"""What every host owes to the port, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.hosts.office.host import OfficeHost
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.model.grid import CellError, CellOut, Patch, Scalar, SheetOut, TableGrid
from tests.hosts.samples import CARDS, MILESTONES, TARGETS, donor_book, plain_book
from tests.live.excels import Excel, started

Open = Callable[..., WorkbookHost]
FORM: dict[tuple[str, int, int], Scalar] = {("考核评分表", 3, 2): "P01"}


@pytest.fixture
def excel_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Excel]]:
    """Starts Excel on a platform."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with ExitStack() as stack:
        yield lambda platform: stack.enter_context(started(platform))


@pytest.fixture(params=["file", "memory", "office", "windows", "mac"])
def host_of(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens a host on these tables and cells."""

    def opened(*tables: TableGrid, cells: Mapping[tuple[str, int, int], Scalar] = FORM) -> WorkbookHost:
        if request.param == "memory":
            return MemoryHost(tables, {"k_card": ("考核评分表", 3, 2)}, cells)
        path = plain_book(tmp_path / "book.xlsx", tables, cells)
        if request.param == "office":
            return OfficeHost(request.getfixturevalue("office").open(path))
        if request.param in ("windows", "mac"):
            excel = request.getfixturevalue("excel_on")(request.param)
            return excel.host(excel.open(path))
        return FileHost(path)

    return opened


def test_tables_come_back_as_they_were_put_in(host_of: Open) -> None:
    tables = host_of(TARGETS, CARDS).tables()
    assert dict(tables) == {"tblTargets": TARGETS, "tblCards": CARDS}


def test_rows_typed_below_a_table_are_read_until_a_blank_one(host_of: Open) -> None:
    typed: dict[tuple[str, int, int], Scalar] = {("汇总排名", 8, 2): "P03", ("汇总排名", 9, 3): 60.0}
    after_a_gap: dict[tuple[str, int, int], Scalar] = {("汇总排名", 11, 2): "remark"}
    grid = host_of(CARDS, cells=FORM | typed | after_a_gap).tables()["tblCards"]
    assert grid.rows == (*CARDS.rows, ("P03", None, None), (None, 60.0, None))
    assert grid.declared == 2


def test_reading_on_stops_above_the_next_table(host_of: Open) -> None:
    lower = replace(CARDS, name="tblLower", row=8)
    grid = host_of(CARDS, lower).tables()["tblCards"]
    assert grid.rows == CARDS.rows


def test_reading_on_passes_a_table_that_stands_beside(host_of: Open) -> None:
    beside = replace(CARDS, name="tblBeside", row=7, column=6)
    grid = host_of(CARDS, beside, cells={("汇总排名", 8, 2): "P03"}).tables()["tblCards"]
    assert grid.rows == (*CARDS.rows, ("P03", None, None))


def test_named_cell_reads_one_cell_and_is_none_without_it(host_of: Open) -> None:
    host = host_of(CARDS)
    assert (host.named_cell("k_card"), host.named_cell("no_such_name")) == ("P01", None)


def test_a_written_sheet_holds_what_was_written_and_nothing_else(host_of: Open) -> None:
    host = host_of(CARDS, TARGETS)
    host.write([_cards_with(3)], [])
    grid = host.tables()["tblCards"]
    assert grid.declared == 3
    assert grid.rows == (("P01", 1.0, "A"), ("P02", 2.0, CellError("#N/A")), ("P03", 3.0, None))
    assert host.formulas("tblCards") == {(6, 3): "1*1", (7, 3): "2*1", (8, 3): "3*1"}
    assert host.tables()["tblTargets"] == TARGETS


def test_a_sheet_with_fewer_rows_leaves_none_of_the_old(host_of: Open) -> None:
    host = host_of(CARDS)
    host.write([_cards_with(1)], [])
    assert host.tables()["tblCards"].rows == (("P01", 1.0, "A"),)


def test_a_table_keeps_one_row_when_nothing_is_left_to_show(host_of: Open) -> None:
    host = host_of(CARDS)
    host.write([_cards_with(0)], [])
    grid = host.tables()["tblCards"]
    assert (grid.declared, grid.rows) == (1, ((None, None, None),))


def test_a_sheet_is_found_by_a_name_on_it(host_of: Open) -> None:
    host = host_of(CARDS)
    host.write([SheetOut("k_card", (CellOut(3, 2, "P02"), CellOut(4, 2, 3.0, "1+2")))], [])
    assert host.named_cell("k_card") == "P02"
    assert host.formulas("k_card") == {(4, 2): "1+2"}


def test_a_patch_changes_its_cells_and_no_neighbour(host_of: Open) -> None:
    host = host_of(TARGETS)
    keys = (CellOut(6, 4, "2024-05|P01", 'A6&"|"&B6'), CellOut(8, 4, None))
    host.write([], [Patch("tblTargets", keys, 3)])
    assert [line[:3] for line in host.tables()["tblTargets"].rows] == [line[:3] for line in TARGETS.rows]
    assert [line[3] for line in host.tables()["tblTargets"].rows] == ["2024-05|P01", "k2", None]
    assert host.formulas("tblTargets") == {(6, 4): 'A6&"|"&B6'}


def test_a_patch_grows_its_table_and_never_shrinks_it(host_of: Open) -> None:
    host = host_of(CARDS, cells=FORM | {("汇总排名", 8, 2): "P03"})
    host.write([], [Patch("tblCards", (CellOut(8, 4, "C"),), 3)])
    assert host.tables()["tblCards"].declared == 3
    host.write([], [Patch("tblCards", (), 1)])
    assert host.tables()["tblCards"].declared == 3


@pytest.mark.parametrize(
    ("sheets", "patches"),
    [
        ([SheetOut("tblGone", ())], []),
        ([SheetOut("tblCards", (), tables={"tblGone": 2})], []),
        ([SheetOut("tblCards", ())], [Patch("tblGone", (), 1)]),
    ],
)
def test_an_unknown_anchor_is_refused_and_nothing_changes(
    host_of: Open, sheets: list[SheetOut], patches: list[Patch]
) -> None:
    host = host_of(CARDS)
    with pytest.raises(WorkbookError) as failure:
        host.write(sheets, patches)
    assert failure.value.code == "E-BOOK-ANCHOR"
    assert host.tables()["tblCards"] == CARDS


def test_formulas_of_an_unknown_anchor_are_refused(host_of: Open) -> None:
    with pytest.raises(WorkbookError) as failure:
        host_of(CARDS).formulas("tblGone")
    assert failure.value.args_by_name["anchor"] == "tblGone"


@pytest.fixture
def donor(tmp_path: Path) -> Path:
    return donor_book(tmp_path / "donor.xlsx")


@pytest.mark.parametrize("after", ["", "tblTargets", "k_card"])
def test_a_grafted_sheet_brings_its_table_and_its_formulas(host_of: Open, donor: Path, after: str) -> None:
    host = host_of(TARGETS, CARDS)
    assert host.graft(donor, after) == ("里程碑",)
    assert dict(host.tables()) == {"tblTargets": TARGETS, "tblCards": CARDS, "tblMilestones": MILESTONES}
    assert _bare(host.formulas("tblMilestones")) == {
        (2, 2): "里程碑!B6+B7", (6, 4): 'A6&"|"&目标!$B$6', (7, 4): 'A7&"|"&目标!$B$6',
    }  # fmt: skip
    assert host.named_cell("k_card") == "P01"


def test_a_grafted_sheet_can_be_written_like_any_other(host_of: Open, donor: Path) -> None:
    host = host_of(TARGETS, CARDS)
    host.graft(donor, "tblTargets")
    host.write([_cards_with(3)], [Patch("tblMilestones", (CellOut(8, 4, "new", '"n"&"ew"'),), 3)])
    tables = host.tables()
    assert (tables["tblMilestones"].declared, tables["tblMilestones"].rows[2]) == (3, (None, None, None, "new"))
    assert (tables["tblCards"].declared, tables["tblTargets"]) == (3, TARGETS)


def test_a_name_that_is_taken_gets_a_number_and_formulas_follow(host_of: Open, donor: Path) -> None:
    there = replace(CARDS, sheet="里程碑")
    host = host_of(TARGETS, there, cells={})
    assert host.graft(donor, "tblCards") == ("里程碑 (2)",)
    assert host.tables()["tblMilestones"] == replace(MILESTONES, sheet="里程碑 (2)")
    assert host.tables()["tblCards"] == there
    assert _bare(host.formulas("tblMilestones"))[2, 2] in ("里程碑 (2)!B6+B7", "B6+B7")


def test_a_table_that_is_there_is_not_grafted_again(host_of: Open, donor: Path) -> None:
    host = host_of(TARGETS)
    host.graft(donor)
    with pytest.raises(WorkbookError) as failure:
        host.graft(donor)
    assert (failure.value.code, failure.value.args_by_name["found"]) == ("E-SHEET-EXISTS", "tblMilestones")
    assert dict(host.tables()) == {"tblTargets": TARGETS, "tblMilestones": MILESTONES}


def test_a_graft_behind_an_unknown_anchor_is_refused(host_of: Open, donor: Path) -> None:
    host = host_of(TARGETS)
    with pytest.raises(WorkbookError) as failure:
        host.graft(donor, "tblGone")
    assert failure.value.code == "E-BOOK-ANCHOR"
    assert dict(host.tables()) == {"tblTargets": TARGETS}


def _bare(formulas: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """Formulas without the quotes around sheet names, which each office sets as it likes."""
    return {place: text.replace("'", "") for place, text in formulas.items()}


def _cards_with(rows: int) -> SheetOut:
    grades: tuple[Scalar, ...] = ("A", CellError("#N/A"), None)
    headings = [CellOut(5, 2 + position, text) for position, text in enumerate(CARDS.header)]
    cells = [
        cell
        for number in range(1, rows + 1)
        for cell in (
            CellOut(5 + number, 2, f"P0{number}"),
            CellOut(5 + number, 3, float(number), f"{number}*1"),
            CellOut(5 + number, 4, grades[number - 1]),
        )
    ]
    return SheetOut("tblCards", (*headings, *cells), tables={"tblCards": rows})
