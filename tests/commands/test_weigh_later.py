"""A template that joins the plan after 权重判断 was made has its rows there too, and what is stated stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_xl.book.sheets import TABLES
from kpi_xl.book.tables import weights as spec
from kpi_xl.book.tables.inputs import PLAN
from kpi_xl.commands.score import score
from kpi_xl.commands.weigh import weigh
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.referee import recalculate
from tests.commands.plans import company, series, table, written
from tests.workbooks.books import assert_agrees, skip_without

JUDGED = (spec.WEIGHING, spec.RANKS, spec.BEST_WORST, spec.JUDGEMENTS)


def rows_of(host: FileHost, name: str, template: str) -> list[dict[str, Scalar]]:
    found = table(host, name, [column.key for column in TABLES[name].columns])
    return [row for row in found if row["template"] == template]


def planned(host: FileHost, template: str, kpis: tuple[str, ...]) -> None:
    """More rows of the plan, typed below it."""
    grid = host.tables()[PLAN.name]
    lines = [
        {"template": template, "kpi": kpi, "no": float(no), "weight": 1 / len(kpis), "rule": "LINEAR", "missing": "BLOCK"}
        for no, kpi in enumerate(kpis, start=1)
    ]
    cells = [
        CellOut(line, grid.column + PLAN.position(column), value)
        for line, row in enumerate(lines, start=grid.row + 1 + len(grid.rows))
        for column, value in row.items()
    ]
    host.write([], [Patch(PLAN.name, tuple(cells), len(grid.rows) + len(lines))])


@pytest.mark.parametrize("lang", LANGS)
def test_a_template_that_came_later_can_be_judged_too(tmp_path: Path, lang: Lang) -> None:
    skip_without("formualizer")
    path = tmp_path / "book.xlsx"
    content = company("2026-01", series("2026-01", "C", "REV", [5.0]), ("REV", "ORD", "CVR"), lang=lang)
    host = written(path, content, lang)
    weigh(host)
    stated = host.tables()[spec.RANKS.name]
    cell = CellOut(stated.row + 1, stated.column + spec.RANKS.position("rank"), 2.0)
    host.write([], [Patch(spec.RANKS.name, (cell,), stated.declared)])
    before = {each.name: rows_of(host, each.name, "T") for each in JUDGED}
    planned(host, "LATER", ("REV", "MAU"))
    weigh(host)
    assert {each.name: len(rows_of(host, each.name, "LATER")) for each in JUDGED} == {
        "tblWeighing": 1, "tblRanks": 2, "tblBestWorst": 2, "tblJudgements": 1,
    }  # fmt: skip
    (pair,) = rows_of(host, "tblJudgements", "LATER")
    assert (pair["row"], pair["column"], pair["value"]) == ("REV", "MAU", None)
    now = {each.name: rows_of(host, each.name, "T") for each in JUDGED}
    assert [row["rank"] for row in now["tblRanks"]] == [2, None, None]
    assert {name: len(rows) for name, rows in now.items()} == {name: len(rows) for name, rows in before.items()}
    score(host)
    assert_agrees(path, recalculate("formualizer", path))


def test_weighing_again_adds_no_row_twice(tmp_path: Path) -> None:
    host = written(tmp_path / "book.xlsx", company("2026-01", [], ("REV", "ORD", "CVR")))
    weigh(host)
    planned(host, "LATER", ("REV", "MAU"))
    weigh(host)
    once = (tmp_path / "book.xlsx").read_bytes()
    weigh(host)
    assert (tmp_path / "book.xlsx").read_bytes() == once
