"""考核评分表: the printable form of the card picked from a drop-down, by native look-ups alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi_xl.book.formula import Places, resolve
from kpi_xl.book.table import MISSING
from kpi_xl.book.tables.inputs import BLOCKS
from kpi_xl.book.wording import lines_of, quoted_text, words, words_formula
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Scalar, column_letters
from kpi_xl.model.outcome import Card, Item
from kpi_xl.model.status import CardStatus, Status
from kpi_xl.scoring.appraise import PERSPECTIVE_ORDER

PICKER = "C4"
HEADING = 6
"""Row of the form's headings; items start below it."""
MIN_ROWS = 5
GENERATED = ("summary", "outlook")
"""Blocks that scoring fills where nobody has typed them."""
SMALL_TYPE = 1.05
"""Notes are set in 9 points, widths are measured in 10."""
_AS_TEXT = '&""'


@dataclass(frozen=True, slots=True)
class Part:
    """One column of the form: where its cells come from and how they look."""

    key: str
    width: float
    style: str
    source: str = ""  # the column of 评分明细 it looks up; empty for the running number

    @property
    def is_number(self) -> bool:
        """The column holds numbers, so its look-up must not turn them into text."""
        return self.style.rsplit(" ", 1)[1] in ("num", "pct", "weight", "score")


FORM = (
    Part("no", 5, "kpi row code"),
    Part("perspective", 9.5, "kpi row code", "perspective_name"),
    Part("name", 14, "kpi row text", "name"),
    Part("definition", 34.5, "kpi row muted", "definition"),
    Part("source", 11.5, "kpi row muted", "source"),
    Part("unit", 6, "kpi row code", "unit"),
    Part("weight", 6.5, "kpi row bold weight", "weight"),
    Part("threshold", 10.5, "kpi row num", "threshold"),
    Part("target", 11, "kpi row num", "target"),
    Part("stretch", 10.5, "kpi row num", "stretch"),
    Part("actual", 11, "kpi row num", "actual"),
    Part("attainment", 9, "kpi row pct", "attainment"),
    Part("growth_year", 8.5, "kpi row pct", "growth_year"),
    Part("growth_period", 8.5, "kpi row pct", "growth_period"),
    Part("rule_text", 32.5, "kpi row muted", "rule_text"),
    Part("score", 8, "kpi row bold score", "score"),
    Part("weighted", 8, "kpi row bold score", "weighted"),
    Part("status", 8, "kpi row code", "status"),
    Part("needed", 12, "kpi row muted", "needed"),
)
COLUMN = {part.key: index + 1 for index, part in enumerate(FORM)}
FIRST_CELL, COUNT_CELL, POSITION_CELL = "$K$5", "$M$5", "$H$5"
NAME_CELL, PERIOD_CELL = "$D$4", "$K$4"
STRIP = (
    ("base", "C", "kpi strip", "base"),
    ("total", "D", "kpi big", "total"),
    ("grade", "E", "kpi strip", "grade"),
    ("bonus", "G", "kpi strip", "bonus"),
    ("penalty", "H", "kpi strip", "penalty"),
    ("before_veto", "I", "kpi strip", "before_veto"),
    ("own", "J", "kpi strip", "own"),
    ("coefficient", "K", "kpi strip coef", "coefficient"),
    ("next_grade", "L", "kpi strip", "next_grade"),     # a letter: the column above has bars behind its numbers
    ("gap", "M", "kpi strip", "gap"),
    ("rank", "N", "kpi strip int", "rank"),
    ("last_total", "O", "kpi strip", "last_total"),
    ("change", "P", "kpi strip delta", "change"),
    ("above", "Q", "kpi strip", "above"),
)
SIGNERS = (("A", "appraisee"), ("D", "superior"), ("H", "data_provider"), ("L", "hr"), ("O", "director"))


@dataclass(frozen=True, slots=True)
class FormView:
    """What the form shows: the picked card, its items, and the comments and settings that stand on it."""

    card: Card
    items: Sequence[Item]
    position: int  # of the card in 汇总排名, 1-based
    rows: int  # of the largest card
    settings: Mapping[str, str]
    comments: Mapping[str, str]  # text by key period|subject|block
    master: str  # text of the master check
    master_formula: str


def form_cells(view: FormView, places: Places, lang: Lang) -> Iterator[CellOut]:
    """Every cell of the form."""
    sheet = _Sheet(places)
    yield from _headline(view, sheet, lang)
    yield from _items(view, sheet, lang)
    row = HEADING + 1 + view.rows
    yield from _subtotals(view, sheet, lang, row)
    row += len(PERSPECTIVE_ORDER) + 2
    yield from _strip(view, sheet, lang, row)
    yield from _blocks(view, sheet, lang, row + 3)
    yield from _signatures(lang, row + 4 + len(BLOCKS))


def form_heights(view: FormView) -> Mapping[int, float]:
    """Row heights in points: tall enough for two wrapped lines, for the big number, and for writing by hand."""
    heights = {HEADING: 32.0, 2: 20.0}
    heights |= {HEADING + 1 + index: 4.0 for index in range(view.rows)}
    heights |= {HEADING + 1 + index: _height(item) for index, item in enumerate(view.items)}
    row = HEADING + 1 + view.rows + len(PERSPECTIVE_ORDER) + 2
    heights |= {row + 1: 42.0}
    heights |= {row + 3 + index: 19.0 for index in range(len(BLOCKS))}
    heights |= {row + 5 + len(BLOCKS): 26.0}
    return heights


def _height(item: Item) -> float:
    """Room for the longest of the wrapped texts of a row."""
    lines = max(
        lines_of(str(getattr(item, part.source)), part.width * SMALL_TYPE)
        for part in FORM
        if part.source and not part.is_number
    )
    return max(24.0, 12.5 * lines + 3.0)


@dataclass(frozen=True, slots=True)
class _Sheet:
    places: Places

    def card(self, column: str) -> str:
        """The picked card's cell in 汇总排名."""
        return resolve(f"INDEX([tblCards.{column}],{POSITION_CELL})", self.places)

    def item(self, part: Part, row: int) -> str:
        """The row's cell in 评分明细, empty below the card's last item; an empty text stays text."""
        found = resolve(f"INDEX([tblDetail.{part.source}],{FIRST_CELL}-1+$A{row})", self.places)
        return f'IF($A{row}="","",{found}{"" if part.is_number else _AS_TEXT})'


def _headline(view: FormView, sheet: _Sheet, lang: Lang) -> Iterator[CellOut]:
    card = view.card
    yield CellOut(1, 1, _title(view, lang), style="kpi title")
    strip_row = HEADING + 1 + view.rows + len(PERSPECTIVE_ORDER) + 2
    yield CellOut(
        2, 1, card_message(card, lang), message_formula(strip_row, sheet.card("next_grade"), lang), "kpi message"
    )
    yield CellOut(3, 1, view.master, view.master_formula, "kpi check")
    yield CellOut(4, 1, label("form", "field.card", lang), style="kpi label")
    yield CellOut(4, 3, card.card, style="kpi input code")
    yield CellOut(4, 4, card.name, sheet.card("name"), "kpi field")
    yield from _field(4, (6, 8), "field.template", card.template, sheet.card("template"), lang)
    yield from _field(4, (10, 11), "field.period", card.period, sheet.card("period"), lang)
    for columns, name in (((12, 13), "reporter"), ((16, 17), "version")):
        yield from _field(4, columns, f"field.{name}", view.settings.get(name, ""), _setting(sheet, name), lang)
    yield CellOut(5, 1, label("form", "field.state", lang), style="kpi label")
    yield CellOut(5, 3, _card_word(card.status, lang), _chosen_word(sheet, lang), "kpi field")
    cutoff = words("field.cutoff_line", lang, date=view.settings.get("data_cutoff", ""))
    native = words_formula("field.cutoff_line", lang, {"date": _setting(sheet, "data_cutoff")})
    yield CellOut(5, 4, cutoff, native, "kpi label")
    match = resolve("MATCH($C$4,[tblCards.card],0)", sheet.places)
    yield from _field(5, (6, 8), "field.position", float(view.position), match, lang, "kpi helper")
    yield from _field(5, (10, 11), "field.first", float(card.first), sheet.card("first"), lang, "kpi helper")
    yield from _field(5, (12, 13), "field.items", float(card.items), sheet.card("items"), lang, "kpi helper")


def _title(view: FormView, lang: Lang) -> str:
    company = view.settings.get("company", "")
    return f"{company} {label('form', 'form.title', lang)}".strip()


def _field(
    row: int, columns: tuple[int, int], key: str, value: Scalar, formula: str, lang: Lang, style: str = "kpi field"
) -> Iterator[CellOut]:
    """A small label and, in the second column, what it labels."""
    yield CellOut(row, columns[0], label("form", key, lang), style="kpi label")
    yield CellOut(row, columns[1], value, formula, style)


def _setting(sheet: _Sheet, name: str) -> str:
    found = f'INDEX([tblSettings.value#],MATCH("{name}",[tblSettings.key#],0))&""'
    return resolve(f'IFERROR({found},"")', sheet.places)


def _items(view: FormView, sheet: _Sheet, lang: Lang) -> Iterator[CellOut]:
    for part in FORM:
        yield CellOut(HEADING, COLUMN[part.key], label("form", f"column.{part.key}", lang), style="kpi head")
    for index in range(view.rows):
        row = HEADING + 1 + index
        item = view.items[index] if index < len(view.items) else None
        running = f'IF(COUNT($A${HEADING}:$A{row - 1})<{COUNT_CELL},COUNT($A${HEADING}:$A{row - 1})+1,"")'
        yield CellOut(row, 1, float(index + 1) if item else "", running, FORM[0].style)
        for part in FORM[1:]:
            formula = sheet.item(part, row)
            shown = "" if item is None else _shown(getattr(item, part.source))
            if part.key == "status":
                formula = _status_formula(sheet, row, lang)
                shown = "" if item is None else label("words", f"status.{item.status}", lang)
            yield CellOut(row, COLUMN[part.key], shown, formula, part.style)


def _shown(value: Scalar) -> Scalar:
    if value is None:
        return MISSING
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _status_formula(sheet: _Sheet, row: int, lang: Lang) -> str:
    choices = ",".join(quoted_text(label("words", f"status.{status.name}", lang)) for status in Status)
    state = resolve(f"INDEX([tblDetail.state],{FIRST_CELL}-1+$A{row})", sheet.places)
    return f'IF($A{row}="","",CHOOSE(1+{state},{choices}))'


def _subtotals(view: FormView, sheet: _Sheet, lang: Lang, row: int) -> Iterator[CellOut]:
    card = view.card
    for offset, code in enumerate(PERSPECTIVE_ORDER):
        text = words("strip.subtotal", lang, perspective=label("words", f"perspective.{code}", lang))
        weight = sum(item.weight for item in view.items if item.perspective == code)
        held = resolve(
            f'SUMIFS([tblDetail.weight],[tblDetail.card],$C$4,[tblDetail.perspective],"{code}")', sheet.places
        )
        yield from _line(row + offset, text, "band", (weight, held), (getattr(card, code), sheet.card(code)))
    total = label("form", "strip.base", lang)
    end = row + len(PERSPECTIVE_ORDER)
    yield from _line(end, total, "sum", (card.weight_sum, sheet.card("weight_sum")), (card.base, sheet.card("base")))


def _line(row: int, text: str, kind: str, weight: tuple[float, str], score: tuple[float, str]) -> Iterator[CellOut]:
    """A band across the form: a word, the weight under the weights, the score under the weighted scores."""
    for column in range(1, len(FORM) + 1):
        yield {
            COLUMN["name"]: CellOut(row, column, text, style=f"kpi {kind} text"),
            COLUMN["weight"]: CellOut(row, column, *weight, f"kpi {kind} weight"),
            COLUMN["weighted"]: CellOut(row, column, *score, f"kpi {kind} score"),
        }.get(column, CellOut(row, column, None, style=f"kpi {kind} text"))


def _strip(view: FormView, sheet: _Sheet, lang: Lang, row: int) -> Iterator[CellOut]:
    used = {letters: (key, style, source) for key, letters, style, source in STRIP}
    for column in range(1, len(FORM) + 1):
        letters = column_letters(column)
        if letters not in used:
            yield CellOut(row, column, None, style="kpi strip label")
            yield CellOut(row + 1, column, None, style="kpi strip")
            continue
        key, style, source = used[letters]
        yield CellOut(row, column, label("form", f"strip.{key}", lang), style="kpi strip label")
        yield CellOut(row + 1, column, _shown(getattr(view.card, source)), sheet.card(source), style)


def _blocks(view: FormView, sheet: _Sheet, lang: Lang, row: int) -> Iterator[CellOut]:
    for offset, block in enumerate(BLOCKS):
        key = f"{view.card.card_key}|{block}"
        found = f'INDEX([tblComments.text#],MATCH({sheet.card("card_key")}&"|{block}",[tblComments.key#],0))&""'
        formula = resolve(f'IFERROR({found},"")', sheet.places)
        said = view.comments.get(key, "")
        if block in GENERATED:
            formula = f'IF({formula}="",{sheet.card(block)},{formula})'
            said = said or getattr(view.card, block)
        yield CellOut(row + offset, 1, label("words", f"block.{block}", lang), style="kpi label")
        yield CellOut(row + offset, 4, said, formula, "kpi text")
        for column in (2, 3, *range(5, len(FORM) + 1)):
            yield CellOut(row + offset, column, None, style="kpi text")


def _signatures(lang: Lang, row: int) -> Iterator[CellOut]:
    for column in range(1, len(FORM) + 1):
        yield CellOut(row, column, None, style="kpi sign")
    for letters, key in SIGNERS:
        column = ord(letters) - 64
        yield CellOut(row, column, label("form", f"sign.{key}", lang), style="kpi sign")
        yield CellOut(row + 2, column, label("form", "sign.date", lang), style="kpi note")


def card_message(card: Card, lang: Lang) -> str:
    """The sentence on the first line: who scored what, and how far the next grade is."""
    if card.total is None:
        return words("message.withheld", lang, name=card.name, period=card.period)
    key = "message.scored" if card.gap is not None else "message.top"
    return words(
        key,
        lang,
        name=card.name,
        period=card.period,
        total=f"{card.total:.2f}",
        grade=card.grade,
        next=card.next_grade,
        gap=f"{card.gap or 0:.2f}",
    )


def message_formula(strip_row: int, next_grade: str, lang: Lang) -> str:
    """The native formula of `card_message`, over the cells of the form itself."""
    cells = {key: f"${letters}${strip_row + 1}" for key, letters, _, _ in STRIP}
    holes = {
        "name": NAME_CELL,
        "period": PERIOD_CELL,
        "total": f'TEXT({cells["total"]},"0.00")',
        "grade": cells["grade"],
        "next": next_grade,
        "gap": f'TEXT({cells["gap"]},"0.00")',
    }
    scored, top, withheld = (words_formula(f"message.{key}", lang, holes) for key in ("scored", "top", "withheld"))
    return f"CHOOSE(1+COUNT({cells['total']})+COUNT({cells['gap']}),{withheld},{top},{scored})"


def _card_word(status: str, lang: Lang) -> str:
    return label("words", f"card.{status}", lang)


def _chosen_word(sheet: _Sheet, lang: Lang) -> str:
    choices = ",".join(quoted_text(_card_word(status.name, lang)) for status in CardStatus)
    return f"CHOOSE({sheet.card('state')},{choices})"
