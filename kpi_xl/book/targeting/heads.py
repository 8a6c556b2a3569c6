"""The one line above each sheet of targets: 0, or how much there is to see to, live and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.rows import positions
from kpi_xl.book.table import Table
from kpi_xl.book.tables.targets import ANNUAL, DECOMPOSITION, PROPOSALS, RESETS
from kpi_xl.book.wording import quoted_text
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellError, CellOut, Scalar, TableGrid
from kpi_xl.scoring.targets.anchors import Verdict

HEAD_ROW = 3
EXTREMES = (Verdict.TOO_HARD, Verdict.TOO_EASY)
SIGNS = {"off": "✗", "unit": "▲"}
Counts = Mapping[str, int]
"""How many of each kind, the gravest first, by the word for it."""
LINES: Mapping[str, tuple[str, ...]] = {
    PROPOSALS.name: ("proposals", "changed", "extreme"), DECOMPOSITION.name: ("decomposition", "off", "unit"),
    ANNUAL.name: ("annual",), RESETS.name: ("resets",),
}  # fmt: skip
"""Of each table what its words are called, and its kinds; one without says its number, nought or not."""
_GOALS = (
    "MAX(COUNTA([tblAnnual.period]),COUNTA([tblAnnual.subject]),COUNTA([tblAnnual.kpi]))"
    '-SUMPRODUCT(([tblAnnual.period]<>"")*([tblAnnual.subject]<>"")*([tblAnnual.kpi]<>""))'
    "+COUNTA([tblAnnual.target])-COUNT([tblAnnual.target])"
)
_RESETS = (
    "COUNTA([tblResets.kpi])"
    '-SUMPRODUCT(([tblResets.kpi]<>"")*([tblResets.reason]<>"")*([tblResets.approver]<>""))'
)


def head_cell(table: Table, counts: Counts, spots: Places, lang: Lang) -> CellOut:
    """The line as a formula, and what it comes to now."""
    prefix, *kinds = LINES[table.name]
    formulas = _formulas(table, spots, lang)
    # The first cell of a sheet that people type on is their way home.
    column = spots.tables[table.name].column + (table is ANNUAL)
    if not kinds:
        text, formula = label("targets", f"{prefix}.open", lang), formulas["open"]
        return CellOut(HEAD_ROW, column, text.format(n=counts["open"]), _with_number(text, formula), "kpi check")
    words = {kind: label("targets", f"{prefix}.{kind}", lang) for kind in ("ok", *kinds)}
    worst = next((kind for kind in kinds if counts[kind]), "ok")
    formula = quoted_text(words["ok"])
    for kind in reversed(kinds):
        formula = f"IF({formulas[kind]}>0,{_with_number(words[kind], formulas[kind])},{formula})"
    return CellOut(HEAD_ROW, column, words[worst].format(n=counts.get(worst, 0)), formula, "kpi check")


def _with_number(text: str, formula: str) -> str:
    """A sentence with one hole as a formula."""
    before, after = text.split("{n}")
    return "&".join([*([quoted_text(before)] if before else []), formula, *([quoted_text(after)] if after else [])])


def counted_proposals(rows: Sequence[Mapping[str, Scalar]], lang: Lang) -> Counts:
    """Targets that changed since they were judged, and those in force that are much too hard or too easy."""
    extremes = [label("targets", f"verdict.{each.name}", lang) for each in EXTREMES]
    changed = sum(row["changed"] == 1 for row in rows)
    return {"changed": changed, "extreme": sum(row["verdict"] in extremes for row in rows)}


def counted_splits(rows: Sequence[Mapping[str, Scalar]]) -> Counts:
    """Goals that their parts do not make, and units whose year is off their share."""
    return {name: sum(row["lamp"] == sign for row in rows) for name, sign in SIGNS.items()}


def counted_goals(grids: Mapping[str, TableGrid]) -> Counts:
    """Goals without their three codes, and those that are no numbers."""
    rows = _columns(ANNUAL, ("period", "subject", "kpi", "target"), grids)
    if _has_error(row[:3] for row in rows):
        return {"open": 1}
    filled = max((sum(row[place] is not None for row in rows) for place in range(3)), default=0)
    whole = sum(all(map(_is_typed, row[:3])) for row in rows)
    words = sum(row[3] is not None and not _is_number(row[3]) for row in rows)
    return {"open": filled - whole + words}


def counted_resets(grids: Mapping[str, TableGrid]) -> Counts:
    """Changes without a reason or an approver."""
    rows = _columns(RESETS, ("kpi", "reason", "approver"), grids)
    if _has_error(rows):
        return {"open": 1}
    return {"open": sum(row[0] is not None for row in rows) - sum(all(map(_is_typed, row)) for row in rows)}


def _has_error(rows: Iterable[tuple[Scalar, ...]]) -> bool:
    """An error value makes the count one, which its formula takes for one thing to see to."""
    return any(isinstance(cell, CellError) for row in rows for cell in row)


def _columns(table: Table, columns: Sequence[str], grids: Mapping[str, TableGrid]) -> Sequence[tuple[Scalar, ...]]:
    grid = grids.get(table.name)
    if grid is None:
        return ()
    found = positions(table, grid, [])
    return [tuple(row[found[column]] if column in found else None for column in columns) for row in grid.rows]


def _is_typed(cell: Scalar) -> bool:
    return cell is not None and cell != ""


def _is_number(cell: Scalar) -> bool:
    """As COUNT counts: dates too, TRUE not."""
    return cell is not None and not isinstance(cell, (str, bool, CellError))


def _formulas(table: Table, spots: Places, lang: Lang) -> Mapping[str, str]:
    """The native count of each kind."""
    match table.name:
        case PROPOSALS.name:
            verdicts = spots.tables[PROPOSALS.name].range("verdict")
            words = (quoted_text(label("targets", f"verdict.{each.name}", lang)) for each in EXTREMES)
            extreme = "+".join(f"COUNTIF({verdicts},{word})" for word in words)
            return {"changed": resolve("SUM([tblTargetProposals.changed])", spots), "extreme": f"({extreme})"}
        case DECOMPOSITION.name:
            lamps = spots.tables[DECOMPOSITION.name].range("lamp")
            return {kind: f'COUNTIF({lamps},"{sign}")' for kind, sign in SIGNS.items()}
        case _:
            return {"open": f"IFERROR({resolve(_GOALS if table is ANNUAL else _RESETS, spots)},1)"}
