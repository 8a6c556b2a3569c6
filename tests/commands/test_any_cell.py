"""Whatever stands in the input cells, check and score answer with issues, never with an exception."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.book.sheets import TABLES
from kpi_xl.book.tables.inputs import EFFECTS, FLAGS, KINDS, POLICIES, RULES
from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import as_json
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS
from kpi_xl.model.grid import CellError, Patch, Scalar, SheetOut, TableGrid
from tests.commands.damage import two_cards

Edit = tuple[str, int, int, Scalar]     # table, 0-based row and position, value
CELL = re.compile(r".+?(![A-Z]{1,3}[1-9]\d*)?")


class Retyped(FileHost):
    """A book with some cells read as something else; nothing is written."""

    def __init__(self, path: Path, edits: Sequence[Edit]) -> None:
        super().__init__(path)
        self.edits = edits
        self.writes = 0

    def tables(self) -> Mapping[str, TableGrid]:
        grids = dict(super().tables())
        for table, row, position, value in self.edits:
            lines = [list(line) for line in grids[table].rows]
            lines += [[None] * len(grids[table].header) for _ in range(row + 1 - len(lines))]
            lines[row][position] = value
            grids[table] = replace(grids[table], rows=tuple(map(tuple, lines)))
        return grids

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        self.writes += 1


@cache
def book() -> tuple[TemporaryDirectory[str], Path]:
    folder = TemporaryDirectory()
    path = Path(folder.name, "book.xlsx")
    path.write_bytes(two_cards())
    return folder, path


TYPED = (
    "tblPlan", "tblTargets", "tblActuals", "tblAdjustments", "tblSettings", "tblGrades", "tblSubjects", "tblIndicators",
)  # fmt: skip
WORDS = (
    "", " ", "—", "|", "*", "<5", "=1+1", "REV", "rev", "REV ", "D01", "DECK12", "SECOND", "2026-03", "2026Q1", "2026",
    "STEP", "540万", "15%", "range", "down", "bands=S:120, T:100", "unit=0", "cap=inf; floor=-1e300", "op=in; value=a",
    "points=1:2", "decimals=-99", "x" * 300, *RULES, *POLICIES, *FLAGS, *KINDS, *EFFECTS,
)  # fmt: skip
NUMBERS = (0.0, -1.0, 0.5, 1.0, 21.0, 1e15, -1e15, 1e16, 1e-99, 1e-300, 1e300)
VALUES: st.SearchStrategy[Scalar] = st.one_of(
    st.none(), st.booleans(), st.sampled_from(WORDS), st.sampled_from(NUMBERS), st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from((CellError("#DIV/0!"), CellError("#N/A"))),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)),
)  # fmt: skip


@st.composite
def edit(draw: st.DrawFn) -> Edit:
    table = draw(st.sampled_from(TYPED))
    typed = [position for position, column in enumerate(TABLES[table].columns) if column.kind == "input"]
    return table, draw(st.integers(0, 14)), draw(st.sampled_from(typed)), draw(VALUES)


@settings(max_examples=60, deadline=None)
@given(st.lists(edit(), min_size=1, max_size=6))
def test_any_value_in_any_cell_is_answered_with_issues(edits: list[Edit]) -> None:
    path = book()[1]
    checked = check(Retyped(path, edits))
    host = Retyped(path, edits)
    scored = score(host)
    assert host.writes == int(scored.is_done)
    assert scored.is_done or any(issue.severity == "error" for issue in scored.issues)
    assert scored.exit_code == checked.exit_code
    for lang in LANGS:
        for said in as_json(scored, lang)["issues"]:  # type: ignore[attr-defined]
            assert said["message"]
            assert said["mend"]
            assert CELL.fullmatch(said["cell"])
