"""From an appraisal to the cells of the system sheets; the only place that knows what stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from kpi_xl.book.appraisal import Result
from kpi_xl.book.formula import Places, at_row, resolve
from kpi_xl.book.layout import places as find_places
from kpi_xl.book.native_keys import Lookups, key_column, native_cells, row_cells
from kpi_xl.book.opinion_rows import read_panel
from kpi_xl.book.render.checks import CheckLine, check_cells, check_lines, master, master_formula, master_reference
from kpi_xl.book.render.form import MIN_ROWS, FormView, card_message, form_cells, form_heights
from kpi_xl.book.render.home import STEPS, HomeView, home_cells
from kpi_xl.book.render.tables import heading_cells, table_block
from kpi_xl.book.rows import Row, filled_rows, positions, rows
from kpi_xl.book.sheets import ALL_SHEETS, SHEET_BY_KEY, TABLES, Sheet
from kpi_xl.book.table import MISSING, Column, Table
from kpi_xl.book.tables.cards import CARDS
from kpi_xl.book.tables.curves import CURVES
from kpi_xl.book.tables.detail import DETAIL
from kpi_xl.book.tables.facts import FACTS
from kpi_xl.book.tables.results import CHECKS, COMPUTED_PARAMETERS, HISTORY, PARAMETERS, SETTING_PARAMETERS
from kpi_xl.book.weighing.natives import live_cells, typed_cells
from kpi_xl.book.wording import words
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Block, CellOut, Cells, Patch, Scalar, SheetOut, TableGrid
from kpi_xl.model.inputs import Settings, key
from kpi_xl.model.outcome import Card
from kpi_xl.model.status import CardStatus
from kpi_xl.scoring.appraise import scale_in_force
from kpi_xl.scoring.cards import ceilings

COUNTED = {
    "tblPlan": "kpi",
    "tblSubjects": "template",
    "tblTargets": "kpi",
    "tblActuals": "kpi",
    "tblAdjustments": "kind",
}


@dataclass(frozen=True, slots=True)
class Rendering:
    """All a host is asked to write."""

    sheets: tuple[SheetOut, ...]
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every sheet is drawn from."""

    result: Result
    grids: Mapping[str, TableGrid]
    places: Places
    lines: tuple[CheckLine, ...]
    history: tuple[tuple[Scalar, ...], ...]
    lang: Lang

    @property
    def settings(self) -> Settings:
        return self.result.inputs.settings


def render(
    result: Result,
    grids: Mapping[str, TableGrid],
    picked: str,
    lang: Lang,
    *,
    publishes: bool,
    remarks: Mapping[str, int] = MappingProxyType({}),
) -> Rendering:
    """Every system cell of the book.

    Parameters
    ----------
    picked
        The card that the form shows; the first one when it is not a card.
    publishes
        Whether the period's results enter the history (a new, unscored book has none).
    remarks
        How often checking found the plan as a whole odd, by line of 检查; without them it has no such lines.
    """
    history = _history(result, publishes=publishes)
    sizes = {
        "tblFacts": len(result.facts),
        "tblCurves": len(result.appraisal.curves),
        "tblDetail": len(result.appraisal.items),
        "tblCards": len(result.appraisal.cards),
        "tblHistory": len(history),
        "tblChecks": 0,
        "tblParameters": len(SETTING_PARAMETERS + COMPUTED_PARAMETERS),
    }
    counts = {table: _count(grids[table], column) for table, column in COUNTED.items()}
    incomplete = sum(not row.is_complete and bool(row.kind) for row in result.inputs.adjustments)
    lines = check_lines(result.appraisal, counts, scale_in_force(result.inputs), incomplete, lang, remarks)
    places = find_places(grids, {**sizes, "tblChecks": len(lines)})
    scene = _Scene(result, grids, places, lines, history, lang)
    return Rendering(
        (*_table_sheets(scene, sizes), _checks(scene), _form(scene, picked), _home(scene)), tuple(_patches(scene))
    )


def _history(result: Result, *, publishes: bool) -> tuple[tuple[Scalar, ...], ...]:
    """The published rows: other periods as they were, this period's replaced when it is published now."""
    period = str(result.inputs.settings.period)
    kept = [row.values for row in result.inputs.history if not (publishes and row.period == period)]
    return (*kept, *(_history_row(card, result.run_id) for card in result.appraisal.cards if publishes))


def _history_row(card: Card, run_id: str) -> tuple[Scalar, ...]:
    extra = {"key": card.card_key, "run_id": run_id}
    values = (extra[c.key] if c.key in extra else getattr(card, c.key) for c in HISTORY.columns)
    return tuple(MISSING if value is None else float(value) if isinstance(value, int) else value for value in values)


def _count(grid: TableGrid, column: str) -> int:
    place = positions(TABLES[grid.name], grid, []).get(column)
    return 0 if place is None else sum(row[place] is not None for row in grid.rows)


def _table_sheets(scene: _Scene, sizes: Mapping[str, int]) -> Iterator[SheetOut]:
    appraisal = scene.result.appraisal
    contents: Mapping[str, tuple[Table, Sequence[object]]] = {
        "facts": (FACTS, scene.result.facts),
        "curves": (CURVES, appraisal.curves),
        "detail": (DETAIL, appraisal.items),
        "ranking": (CARDS, appraisal.cards),
    }
    for name, (table, records) in contents.items():
        yield _table_sheet(scene, name, table, table_block(table, records, scene.places), sizes[table.name])
    columns = {column.key: index for index, column in enumerate(HISTORY.columns)}
    published = table_block(HISTORY, scene.history, scene.places, lambda row, name: row[columns[name]])  # type: ignore[index]
    yield _table_sheet(scene, "history", HISTORY, published, len(scene.history))


def _table_sheet(scene: _Scene, name: str, table: Table, block: Block, size: int) -> SheetOut:
    single = (*_headline(scene, name), *heading_cells(table, scene.places, scene.lang))
    return _sheet(scene, SHEET_BY_KEY[name], Cells(single, (block,)), {table.name: size})


def _sheet(scene: _Scene, sheet: Sheet, cells: Sequence[CellOut], tables: Mapping[str, int]) -> SheetOut:
    row = scene.grids[sheet.tables[0].name].row
    return SheetOut(sheet.anchor, cells, {row: 32.0}, {name: max(1, size) for name, size in tables.items()})


def _headline(scene: _Scene, name: str) -> Iterator[CellOut]:
    """Message, facts and master check above a system table."""
    settings, lang = scene.settings, scene.lang
    title = label("sheets", name, lang)
    best = _best(scene.result.appraisal.cards)
    if name == "ranking" and best is not None:
        title = f"{title} · {card_message(best, lang)}"
    yield CellOut(1, 1, title, style="kpi title")
    facts = words(
        "headline", lang, period=settings.period, run_id=scene.result.run_id, note=label("notes", f"sheet.{name}", lang)
    )
    yield CellOut(2, 1, facts, style="kpi note")
    reference = master_formula(scene.places, lang) if name == "checks" else master_reference(scene.places)
    yield CellOut(3, 1, master(scene.lines, lang), reference, "kpi check")


def _best(cards: Sequence[Card]) -> Card | None:
    return max((card for card in cards if card.total is not None), key=lambda card: card.total or 0, default=None)


def _checks(scene: _Scene) -> SheetOut:
    settings, scale = scene.settings, scale_in_force(scene.result.inputs)
    cells = check_cells(scene.lines, settings, scale, scene.places, scene.lang)
    sizes = {CHECKS.name: len(scene.lines), PARAMETERS.name: len(SETTING_PARAMETERS + COMPUTED_PARAMETERS)}
    return _sheet(scene, SHEET_BY_KEY["checks"], (*_headline(scene, "checks"), *cells), sizes)


def _form(scene: _Scene, picked: str) -> SheetOut:
    appraisal = scene.result.appraisal
    ids = [card.card for card in appraisal.cards]
    index = ids.index(picked) if picked in ids else 0
    view = FormView(
        card=appraisal.cards[index],
        items=appraisal.items_of(ids[index]),
        position=index + 1,
        rows=max(MIN_ROWS, *(card.items for card in appraisal.cards)),
        settings=scene.settings.texts,
        comments=_comments(scene),
        master=master(scene.lines, scene.lang),
        master_formula=master_reference(scene.places),
    )
    return SheetOut("k_card", tuple(form_cells(view, scene.places, scene.lang)), form_heights(view))


def _comments(scene: _Scene) -> Mapping[str, str]:
    table, issues = TABLES["tblComments"], []  # type: ignore[var-annotated]
    found: dict[str, str] = {}
    for row in rows(table, scene.grids[table.name], issues):
        found.setdefault(key(*(row.text(part) for part in table.key)), row.text("text"))
    return found


def _home(scene: _Scene) -> SheetOut:
    appraisal, settings = scene.result.appraisal, scene.settings
    counts = {line.key: int(line.value) for line in scene.lines}
    withheld = sum(card.state == CardStatus.WITHHELD for card in appraisal.cards)
    view = HomeView(
        todo=tuple(
            sum(counts[key] for key in step.checks) if step.checks else {"form": withheld}.get(step.sheet, 0)
            for step in STEPS
        ),
        company=settings.texts.get("company", ""),
        period=str(settings.period),
        state=settings.state,
        run_id=scene.result.run_id,
        version=settings.texts.get("version", ""),
        master=master(scene.lines, scene.lang),
        sheets=_sheet_names(scene),
    )
    return SheetOut("k_home", tuple(home_cells(view, scene.places, scene.lang)))


def _sheet_names(scene: _Scene) -> Mapping[str, str]:
    return {
        sheet.key: scene.grids[sheet.tables[0].name].sheet if sheet.tables else label("sheets", sheet.key, scene.lang)
        for sheet in ALL_SHEETS
        if not sheet.on_first_use or sheet.place in scene.grids
    }


def _lookups(scene: _Scene) -> Lookups:
    settings = scene.settings
    panel = read_panel(scene.grids["tblLevels"], scene.grids["tblRaterRoles"], [])
    limits = ceilings(settings, scale_in_force(scene.result.inputs))
    return Lookups(settings.total_cap, settings.veto_score, limits, panel.points, panel.shares)


def _patches(scene: _Scene) -> Iterator[Patch]:
    """The native key columns of the input tables, wherever formula or cached value is not what it must be."""
    lookups, typed = _lookups(scene), typed_cells(scene.grids)
    for table in (TABLES[name] for name in scene.grids if name in TABLES):
        keyed = [column for column in table.columns if column.kind == "key"]
        if table.owner != "input" or not keyed:
            continue
        grid = scene.grids[table.name]
        size, found = max(grid.declared, filled_rows(table, grid)), positions(table, grid, [])
        live = live_cells(table.name, typed)
        if live is None and len(keyed) == 1:
            yield Patch(table.name, _keys(scene, table, keyed[0], size), size)
            continue
        formulas = {column.key: resolve(column.formula or "", scene.places, table.name) for column in keyed}
        cells: list[CellOut] = []
        for index in range(size):
            read = row_cells(table, Row(grid, index, found)) if index < len(grid.rows) else {}
            values = native_cells(table, read, lookups) if live is None else live[index]
            line = grid.row + 1 + index
            cells += [
                CellOut(line, grid.column + found[c.key], values[c.key], at_row(formulas[c.key], line)) for c in keyed
            ]
        yield Patch(table.name, tuple(cells), size)


def _keys(scene: _Scene, table: Table, column: Column, size: int) -> Cells:
    """The keys of a table as one block: a company has a hundred thousand facts."""
    grid = scene.grids[table.name]
    found = positions(table, grid, [])
    values: list[tuple[Scalar, ...]] = [(name,) for name in islice(key_column(table, grid, found), size)]
    values += [("",)] * (size - len(values))
    formula = resolve(column.formula or "", scene.places, table.name)
    return Cells((), (Block(grid.row + 1, grid.column + found[column.key], (formula,), (None,), values),))
