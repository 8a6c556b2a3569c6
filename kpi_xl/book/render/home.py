"""首页: what the book is, the month's steps with a lamp each, what is still missing, colour key and contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi_xl.book.formula import Places, quoted, resolve
from kpi_xl.book.render.checks import check_cell, master_reference
from kpi_xl.book.sheets import ALL_SHEETS
from kpi_xl.book.wording import quoted_text, words, words_formula
from kpi_xl.labels import Lang, label, table
from kpi_xl.model.grid import CellOut

HOME_WIDTHS = (4, 22, 9, 18, 66, 4, 22, 40)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the period: where it is done, and what its lamp counts: lines of the checks sheet, or a formula."""

    sheet: str
    checks: tuple[str, ...] = ()
    formula: str = ""


STEPS = (
    Step("plan", ("weights",)),
    Step("targets", ("config",)),
    Step("subjects", formula='SUMPRODUCT(([tblSubjects.subject]<>"")*1)-SUMPRODUCT(([tblSubjects.kind]<>"")*1)'),
    Step("actuals", ("gaps", "samples")),
    Step("checks", ("rows_changed", "cards_changed")),
    Step("form", formula="COUNTIF([tblCards.state],2)"),
)
LEGEND = (
    ("legend.input", "kpi input text"),
    ("legend.calc", "kpi calc text"),
    ("legend.value", "kpi value text"),
)
GROUPS = ("input", "result", "engine")


@dataclass(frozen=True, slots=True)
class HomeView:
    """The counts behind the lamps, and the facts of the head lines."""

    todo: tuple[int, ...]  # one per step
    company: str
    period: str
    state: str
    run_id: str
    version: str
    master: str
    sheets: Mapping[str, str]  # sheet name by sheet key, as the user may have renamed them


def home_cells(view: HomeView, places: Places, lang: Lang) -> Iterator[CellOut]:
    """Every cell of the cover."""
    yield CellOut(1, 2, label("form", "home.title", lang), style="kpi title")
    state = label("words", f"state.{view.state}", lang)
    company = view.company or label("form", "home.title", lang)
    yield CellOut(
        2, 2, words("home.subtitle", lang, company=company, period=view.period, state=state), style="kpi message"
    )
    yield CellOut(3, 2, view.master, master_reference(places), "kpi check")
    yield CellOut(4, 2, label("form", "home.purpose", lang), style="kpi note")
    yield from _steps(view, places, lang)
    yield from _texts(lang, 15, "example.heading", "example.")
    yield from _texts(lang, 22, "read.heading", "read.")
    yield CellOut(28, 2, label("form", "home.portable", lang), style="kpi note")
    yield CellOut(29, 2, words("home.run", lang, run_id=view.run_id, version=view.version), style="kpi note")
    yield from _contents(view, lang)
    yield from _legend(lang)


def _steps(view: HomeView, places: Places, lang: Lang) -> Iterator[CellOut]:
    row = 6
    for column in range(1, 6):
        heading = label("form", "home.steps", lang) if column == 2 else None
        yield CellOut(row, column, heading, style="kpi section")
    for index, step in enumerate(STEPS):
        line = row + 1 + index
        number, todo = index + 1, view.todo[index]
        counted = "+".join(check_cell(places, key) for key in step.checks) or resolve(step.formula, places)
        link = (
            f'HYPERLINK("#{quoted(view.sheets[step.sheet])}!A1",{quoted_text(label("form", f"step.{number}", lang))})'
        )
        yield CellOut(line, 1, float(number), style="kpi row code")
        yield CellOut(line, 2, label("form", f"step.{number}", lang), link, "kpi link")
        yield CellOut(line, 3, "●" if todo == 0 else "▲", f'IF({counted}=0,"●","▲")', "kpi lamp")
        done, open_ = label("form", "home.done", lang), words_formula("home.todo", lang, {"n": counted})
        shown = done if todo == 0 else words("home.todo", lang, n=todo)
        yield CellOut(line, 4, shown, f"IF({counted}=0,{quoted_text(done)},{open_})", "kpi row text")
        yield CellOut(line, 5, label("form", f"step_note.{number}", lang), style="kpi row muted")


def _texts(lang: Lang, row: int, heading: str, prefix: str) -> Iterator[CellOut]:
    for column in range(1, 6):
        yield CellOut(row, column, label("form", heading, lang) if column == 2 else None, style="kpi section")
    for index, text in enumerate(_numbered(prefix, lang)):
        yield CellOut(row + 1 + index, 2, text, style="kpi text")


def _numbered(prefix: str, lang: Lang) -> Iterator[str]:
    number = 1
    while f"{prefix}{number}" in table("form"):
        yield label("form", f"{prefix}{number}", lang)
        number += 1


def _contents(view: HomeView, lang: Lang) -> Iterator[CellOut]:
    row = 6
    for column in (7, 8):
        yield CellOut(
            row, column, label("form", "contents.heading", lang) if column == 7 else None, style="kpi section"
        )
    for group in GROUPS:
        row += 1
        yield CellOut(row, 7, label("form", f"contents.{group}", lang), style="kpi label")
        for sheet in ALL_SHEETS:
            if sheet.group != group or sheet.key not in view.sheets:
                continue
            row += 1
            name = view.sheets[sheet.key]
            link = f'HYPERLINK("#{quoted(name)}!A1",{quoted_text(name)})'
            yield CellOut(row, 7, name, link, "kpi link")
            yield CellOut(row, 8, label("notes", f"short.{sheet.key}", lang), style="kpi note")


def _legend(lang: Lang) -> Iterator[CellOut]:
    row = 31
    for column in range(1, 6):
        yield CellOut(row, column, label("form", "legend.heading", lang) if column == 2 else None, style="kpi section")
    for index, (key, style) in enumerate(LEGEND):
        yield CellOut(row + 1 + index, 2, label("form", key, lang), style=style)
    marks = (("✓ ●", "legend.good"), ("✗ ◆", "legend.bad"), ("▲ △ ↻", "legend.warning"), ("—", "legend.missing"))
    for index, (mark, key) in enumerate(marks):
        yield CellOut(row + 1 + index, 4, f"{mark}  {label('form', key, lang)}", style="kpi text")
