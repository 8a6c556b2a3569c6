"""检查: every check with its live count, and the parameters that the formulas read from the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from kpi_xl.book.formula import Place, Places, resolve
from kpi_xl.book.render.tables import table_cells
from kpi_xl.book.table import Column
from kpi_xl.book.tables.check_list import CHECKS_IN_ORDER, NativeCheck
from kpi_xl.book.tables.results import (
    CHECKS,
    COMPUTED_PARAMETERS,
    OPTIONAL_PARAMETERS,
    PARAMETERS,
    SETTING_PARAMETERS,
)
from kpi_xl.book.wording import words, words_formula
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar, column_letters
from kpi_xl.model.inputs import Settings
from kpi_xl.model.outcome import Item
from kpi_xl.model.status import Status
from kpi_xl.scoring.appraise import Appraisal
from kpi_xl.scoring.cards import Scale

BAND_FORMULAS = {
    "band_first": "MATCH([=scheme],[tblGrades.scheme#],0)",
    "band_last": "[=band_first]-1+COUNTIF([tblGrades.scheme],[=scheme])",
}
SIGNS = ("✗", "▲", "↻")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line as shown, with the count that holds right after scoring."""

    key: str
    no: int
    check: str
    value: float
    expected: float
    sign: str
    mend: str

    @property
    def result(self) -> str:
        """The tick, or the sign of what is wrong."""
        return "✓" if self.value == self.expected else self.sign


def check_lines(
    appraisal: Appraisal,
    counts: Mapping[str, int],
    scale: Scale,
    incomplete: int,
    lang: Lang,
    remarks: Mapping[str, int] = MappingProxyType({}),
) -> tuple[CheckLine, ...]:
    """All lines; the values are counted here, independently of the formulas.

    `remarks` about the plan as a whole stand below the others.
    """
    values = _values(appraisal, scale, incomplete)
    native = [
        CheckLine(
            key=check.key,
            no=number,
            check=label("checks", f"check.{check.key}", lang),
            value=float(values.get(check.key, counts.get(str(check.expected), 0))),
            expected=float(counts[check.expected] if isinstance(check.expected, str) else check.expected),
            sign=check.sign,
            mend=label("checks", f"mend.{check.key}", lang),
        )
        for number, check in enumerate(CHECKS_IN_ORDER, start=1)
    ]
    below = enumerate(remarks.items(), start=len(native) + 1)
    return (*native, *(_remark(key, count, number, lang) for number, (key, count) in below))


def _remark(key: str, count: int, number: int, lang: Lang) -> CheckLine:
    said, mend = (label("checks", f"{kind}.{key}", lang) for kind in ("check", "mend"))
    return CheckLine(key, number, said, float(count), 0.0, "△", mend)


def _values(appraisal: Appraisal, scale: Scale, incomplete: int) -> Mapping[str, float]:
    items, cards = appraisal.items, appraisal.cards
    states = [item.state for item in items if item.mode == 3]
    lows = [band.lo for band in scale.bands]
    return {
        "weights": sum(card.weight_sum != 1 for card in cards),
        "footing": round(sum((card.F + card.U + card.O - card.base) ** 2 for card in cards if not card.averaged), 9),
        "bands_rise": sum(lower >= upper for lower, upper in pairwise(lows)),
        "bands_start": lows[0] if lows else 0.0,
        "non_finite": states.count(3),
        "engine": 0,
        "adjustments": incomplete,
        "config": states.count(2),
        "gaps": count_gaps(items),
        "samples": count_samples(items),
        "edges": sum(card.edge for card in cards),
        "rows_changed": 0,
        "cards_changed": 0,
        "settings_changed": 0,
        "sources_changed": 0,
        "period": 0,
    }


def count_gaps(items: Sequence[Item]) -> int:
    """Rows without a usable actual or base that nobody has waived."""
    waiting = [item for item in items if item.mode == 3 and not item.waived]
    return sum((item.fact_state == 5 and item.standing == Status.OK) + (item.state == 4) for item in waiting)


def count_samples(items: Sequence[Item]) -> int:
    """Rows whose sample is too small and that nobody has waived."""
    waiting = (item for item in items if item.mode == 3 and not item.waived and item.standing == Status.OK)
    return sum(item.fact_state == 6 for item in waiting)


def check_cells(
    lines: tuple[CheckLine, ...], settings: Settings, scale: Scale, places: Places, lang: Lang
) -> Iterator[CellOut]:
    """Both tables of the sheet."""
    place = places.tables[CHECKS.name]
    formulas = {place.row + 1 + index: check for index, check in enumerate(CHECKS_IN_ORDER)}
    value_column = place.column + CHECKS.position("value")
    for cell in table_cells(CHECKS, lines, places, lang):
        if cell.column == value_column and cell.row > place.row:
            check: NativeCheck | None = formulas.get(cell.row)
            formula = resolve(check.formula, places) if check is not None else None
            cell = CellOut(cell.row, cell.column, cell.value, formula, cell.style)
        yield cell
    yield from _parameters(settings, scale, places, lang)


def _parameters(settings: Settings, scale: Scale, places: Places, lang: Lang) -> Iterator[CellOut]:
    given: Mapping[str, Scalar] = {name: _given(name, settings) for name in SETTING_PARAMETERS}
    values: Mapping[str, Scalar] = {
        **given,
        "band_first": float(scale.first),
        "band_last": float(scale.first + len(scale.bands) - 1),
        "settings_changed": 0.0,
    }
    place = places.tables[PARAMETERS.name]
    names = SETTING_PARAMETERS + COMPUTED_PARAMETERS
    columns: Mapping[str, Column] = {column.key: column for column in PARAMETERS.columns}
    for position, column in enumerate(PARAMETERS.columns):
        yield CellOut(
            place.row,
            place.column + position,
            label("columns", f"{PARAMETERS.name}.{column.key}", lang),
            style="kpi head",
        )
    for index, name in enumerate(names):
        row = place.row + 1 + index
        formula = resolve(_formula(name, place), places)
        yield CellOut(row, place.column, name, style=columns["name"].role)
        yield CellOut(row, place.column + 1, values[name], formula, columns["setting"].role)
        yield CellOut(row, place.column + 2, label("checks", f"parameter.{name}", lang), style=columns["meaning"].role)
        yield CellOut(row, place.column + 3, given.get(name), style=columns["then"].role)


def _given(name: str, settings: Settings) -> Scalar:
    """A setting as it holds; words as they are typed, which is what the cell beside it repeats."""
    value: Scalar = getattr(settings, name)
    is_word = name in OPTIONAL_PARAMETERS and isinstance(value, str)
    return (settings.texts.get(name) or value) if is_word else value


def _formula(name: str, place: Place) -> str:
    """The native formula of one parameter."""
    if name in BAND_FORMULAS:
        return BAND_FORMULAS[name]
    if name == "settings_changed":
        now, then = (place.range(column, rows=len(SETTING_PARAMETERS)) for column in ("setting", "then"))
        return f"SUMPRODUCT(({now}<>{then})*1)"
    found = f'INDEX([tblSettings.value#],MATCH("{name}",[tblSettings.key#],0))'
    usual = OPTIONAL_PARAMETERS.get(name)
    if usual is None:
        return found
    default, own = (f'"{usual}"', f"TRIM({found})") if isinstance(usual, str) else (f"{usual:g}", found)
    return f'IFERROR(IF({found}="",{default},{own}),{default})'


def master(lines: tuple[CheckLine, ...], lang: Lang) -> str:
    """The one line every result sheet repeats: the gravest finding, or all clear."""
    counts = {sign: sum(line.result == sign for line in lines) for sign in SIGNS}
    if counts["✗"]:
        return words("master.fail", lang, n=counts["✗"])
    if counts["↻"]:
        return words("master.stale", lang)
    todo = sum(int(line.value) for line in lines if line.result == "▲")
    return words("master.todo", lang, n=todo) if counts["▲"] else words("master.ok", lang)


def master_formula(places: Places, lang: Lang) -> str:
    """The native formula of `master`."""
    place = places.tables[CHECKS.name]
    results = place.range("result")
    fail, todo, stale = (f'COUNTIF({results},"{sign}")' for sign in SIGNS)
    open_items = f'SUMIFS({place.range("value")},{results},"▲")'
    choices = (
        words_formula("master.ok", lang, {}),
        words_formula("master.todo", lang, {"n": open_items}),
        words_formula("master.stale", lang, {}),
        words_formula("master.fail", lang, {"n": fail}),
    )
    return f"CHOOSE(MAX(1,({todo}>0)*2,({stale}>0)*3,({fail}>0)*4),{','.join(choices)})"


def check_cell(places: Places, key: str) -> str:
    """Absolute address of the live count of one check."""
    place = places.tables[CHECKS.name]
    number = [check.key for check in CHECKS_IN_ORDER].index(key)
    letters = column_letters(place.column + CHECKS.position("value"))
    return f"{place.sheet}!${letters}${place.row + 1 + number}"


def master_reference(places: Places) -> str:
    """A reference to the master check, for the other result sheets."""
    place = places.tables[CHECKS.name]
    return f"{place.sheet}!${column_letters(place.column)}$3"
