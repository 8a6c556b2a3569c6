"""The sheets of targets follow the book when it is scored: other engines agree, and one line says what is amiss."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from kpi_xl.book.formula import violations
from kpi_xl.book.table import Table
from kpi_xl.book.tables.inputs import TARGETS
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, PROPOSALS, RESETS
from kpi_xl.commands.score import score
from kpi_xl.commands.targets import targets
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang, label
from kpi_xl.model.grid import CellError, CellOut, Patch, Scalar, a1
from kpi_xl.referee import formula_cells, recalculate
from tests.commands.plans import Row, company, goal, series, table, written
from tests.workbooks.books import assert_agrees, skip_without

KPIS = ("REV", "ORD")
HEADS = {PROPOSALS.name: "A3", DECOMPOSITION.name: "A3", ANNUAL.name: "B3"}
RESETS_HEAD = a1(3, len(ANNUAL.columns) + 2)


def planned(path: Path, lang: Lang = "zh") -> FileHost:
    """A head and two units, two years, a goal split, targets of January, proposals for it."""
    names = {"C": 1.0, "U1": 0.5, "U2": 0.5}
    rng = Random(3)
    past = [round(100.0 + month + rng.gauss(0, 8), 2) for month in range(24)]
    months = [*past, 120.0]
    actuals = [row for name, part in names.items() for kpi in KPIS
               for row in series("2024-01", name, kpi, [part * value for value in months])]  # fmt: skip
    rows: list[Row] = [{"period": "2026-01", "subject": name, "kpi": "REV", "target": 124.0 * part} for name, part in names.items()]
    content = company("2026-01", actuals, KPIS, [*names][1:], goals=[goal(2026, "C", "ORD", 1500.0)], targets=rows, lang=lang)
    host = written(path, content, lang)
    targets(host)
    return host


def edit(host: FileHost, spec: Table, index: int, changes: Mapping[str, Scalar]) -> None:
    """What somebody types with no office at hand: the cells, and nothing that follows from them."""
    grid = host.tables()[spec.name]
    cells = [CellOut(grid.row + 1 + index, grid.column + spec.position(name), v) for name, v in changes.items()]
    host.write([], [Patch(spec.name, tuple(cells), grid.declared)])


def head(path: Path, host: FileHost, name: str, address: str = "") -> Scalar:
    """The cached value of the line above a table."""
    return formula_cells(path)[host.tables()[name].sheet, address or HEADS[name]].cached


@pytest.mark.parametrize("lang", LANGS)
def test_scoring_brings_what_follows_from_a_changed_target_and_goal_up_to_date(tmp_path: Path, lang: Lang) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = planned(path, lang)
    edit(host, TARGETS, 0, {"target": 150.0})
    edit(host, TARGETS, 2, {"target": None})
    edit(host, ANNUAL, 0, {"target": 1600.0})
    assert score(host).is_done
    assert_agrees(path, recalculate("formualizer", path))
    rows = table(host, PROPOSALS.name, [column.key for column in PROPOSALS.columns])
    (changed,) = [row for row in rows if (row["subject"], row["kpi"]) == ("C", "REV")]
    assert (changed["typed"], changed["in_force"], changed["p_typed"], changed["verdict"]) == (150, 150, "↻", "↻")
    assert changed["over_year"] == pytest.approx(150 / float(str(changed["last_year"])) - 1)
    (split, *_) = table(host, DECOMPOSITION.name, [column.key for column in DECOMPOSITION.columns])
    assert (split["wanted"], split["difference"], split["lamp"]) == (1600, -100, "✗")


def test_rows_typed_below_the_tables_count_after_scoring(tmp_path: Path) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = planned(path)
    below = len(host.tables()[TARGETS.name].rows)
    edit(host, TARGETS, 0, {"period": "2026-02"})
    edit(host, TARGETS, below, {"period": "2026-01", "subject": "c", "kpi": "rev", "target": 118.0})
    edit(host, ANNUAL, 1, {"period": "2026", "subject": "U1"})
    assert score(host).is_done
    assert_agrees(path, recalculate("formualizer", path))
    rows = table(host, PROPOSALS.name, [column.key for column in PROPOSALS.columns])
    assert [row["typed"] for row in rows if row["card"] == "C" and row["kpi"] == "REV"] == [118]
    assert head(path, host, ANNUAL.name) == label("targets", "annual.open", "zh").format(n=1)


@pytest.mark.parametrize("lang", LANGS)
def test_one_line_says_that_nothing_is_amiss_or_how_much(tmp_path: Path, lang: Lang) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = planned(path, lang)
    said = {name: label("targets", name, lang) for name in (
        "proposals.ok", "proposals.changed", "decomposition.ok", "decomposition.off", "annual.open", "resets.open",
    )}  # fmt: skip
    assert "0" in said["proposals.ok"] and "0" in said["decomposition.ok"]
    assert head(path, host, PROPOSALS.name) == said["proposals.ok"]
    assert head(path, host, DECOMPOSITION.name) == said["decomposition.ok"]
    assert head(path, host, ANNUAL.name) == said["annual.open"].format(n=0)
    assert head(path, host, RESETS.name, RESETS_HEAD) == said["resets.open"].format(n=0)
    edit(host, TARGETS, 0, {"target": 119.0})
    edit(host, TARGETS, 1, {"target": 119.0})
    edit(host, ANNUAL, 0, {"target": "many"})
    edit(host, ANNUAL, 1, {"period": "2026", "subject": "U1"})
    edit(host, RESETS, 0, {"period": "2026-01", "subject": "C", "kpi": "REV", "approver": "CFO"})
    assert score(host).is_done
    assert_agrees(path, recalculate("formualizer", path))
    assert head(path, host, PROPOSALS.name) == said["proposals.changed"].format(n=2)
    assert head(path, host, ANNUAL.name) == said["annual.open"].format(n=2)
    assert head(path, host, RESETS.name, RESETS_HEAD) == said["resets.open"].format(n=1)
    edit(host, ANNUAL, 0, {"target": 1501.0})
    edit(host, ANNUAL, 1, {"kpi": CellError("#N/A")})
    assert score(host).is_done
    assert head(path, host, DECOMPOSITION.name) == said["decomposition.off"].format(n=1)
    assert_agrees(path, recalculate("formualizer", path))


def test_a_target_out_of_reach_is_counted_while_nothing_else_is_amiss(tmp_path: Path) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    host = planned(path)
    edit(host, TARGETS, 0, {"target": 500.0})
    targets(host, propose=True)
    assert score(host).is_done
    assert head(path, host, PROPOSALS.name) == label("targets", "proposals.extreme", "zh").format(n=1)
    assert_agrees(path, recalculate("formualizer", path))


def test_the_lines_obey_the_law_of_formulas(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    host = planned(path)
    found = formula_cells(path)
    cells = [found[host.tables()[name].sheet, address] for name, address in (*HEADS.items(), (RESETS.name, RESETS_HEAD))]
    assert {text for cell in cells for text in violations(cell.formula)} == set()


def test_libreoffice_agrees_too(tmp_path: Path) -> None:
    skip_without("libreoffice")
    path = tmp_path / "book.xlsx"
    host = planned(path)
    edit(host, TARGETS, 0, {"target": 150.0})
    edit(host, ANNUAL, 0, {"target": 1600.0})
    edit(host, RESETS, 0, {"period": "2026-01", "subject": "C", "kpi": "REV", "effective": datetime(2026, 1, 9)})
    assert score(host).is_done
    assert_agrees(path, recalculate("libreoffice", path))
