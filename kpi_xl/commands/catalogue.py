"""catalogue: every worksheet function on a page, with examples that were executed while it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from kpi_xl.book.example import example
from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.commands.new import OpenBook, new_from
from kpi_xl.commands.query import OpenResults, answer, results
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.errors import KpiError
from kpi_xl.functions import CellFailure, FunctionSpec
from kpi_xl.functions.cells import Cell, Grid
from kpi_xl.functions.examples import Call, examples, formula
from kpi_xl.functions.failures import error_value
from kpi_xl.labels import LANGS, Lang, label

FILES: dict[Lang, str] = {"zh": "README.zh-CN.md", "en": "README.md"}
LEAD = ("made", "doorstep", "shapes", "errors", "books", "places")
ERRORS = {"not_found": "#N/A", "by_zero": "#DIV/0!", "no_number": "#NUM!", "other": "#VALUE!"}
"""Error values by what they stand for; error_value() has the rule."""
WIDEST_LINE = 3
"""Columns of a block that are shown in one line; a wider one becomes a table."""


def catalogue(folder: Path, open_book: OpenBook) -> Receipt:
    """Write the catalogue in both languages."""
    start = perf_counter()
    for lang in LANGS:
        (folder / FILES[lang]).write_text(catalogue_page(lang, open_book), encoding="utf-8", newline="\n")
    facts = {"files": [FILES[lang] for lang in LANGS], "functions": len(FUNCTIONS)}
    return Receipt("catalogue", folder.name, facts=facts, seconds=perf_counter() - start)


def catalogue_page(lang: Lang, open_book: OpenBook) -> str:
    """The catalogue in one language; book queries are asked of the worked example, scored for it."""
    with TemporaryDirectory(prefix="kpi_xl-catalogue-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "example.xlsx"
        new_from(path, open_book, example(lang), lang)
        score(open_book(path))
        book = results(open_book(path))
        lines = [*_lead(lang), *(line for spec in FUNCTIONS.values() for line in _section(spec, book, lang))]
    return "\n".join(lines) + "\n"


def _lead(lang: Lang) -> Iterator[str]:
    yield from (f"# {_say('title', lang)}", "", _say("other", lang), "")
    for key in LEAD:
        yield from (_say(key, lang, **ERRORS), "")
    yield " · ".join(f"[{name}](#{name.lower()})" for name in FUNCTIONS)


def _section(spec: FunctionSpec, book: OpenResults, lang: Lang) -> Iterator[str]:
    arguments = [f"[{argument.name}]" if argument.optional else argument.name for argument in spec.arguments]
    yield from ("", f"## {spec.name}", "", spec.summary(lang), "", f"`{spec.name}({', '.join(arguments)})`", "")
    yield from _row(_say("arguments", lang), _say("meaning", lang))
    yield from _row("---", "---")
    for argument in spec.arguments:
        name = f"`{argument.name}`"
        yield from _row(_say("optional", lang, name=name) if argument.optional else name, argument.help(lang))
    yield ""
    if spec.reads_book:
        yield from (_say("of_example", lang), "")
    found = [(call, _answer(spec, call, book)) for call in examples()[spec.name]]
    yield from _row(_say("example", lang), _say("result", lang))
    yield from _row("---", "---")
    for call, value in found:
        yield from _row(f"`{formula(spec.name, call)}`", "↓" if _is_wide(value) else _shown(value, lang))
    for _, value in found:
        if _is_wide(value):
            yield ""
            yield from _table(value, lang)


def _answer(spec: FunctionSpec, call: Call, book: OpenResults) -> Grid:
    pairs = zip(spec.arguments, call, strict=False)
    given = {argument.name: argument.default if value == "" else value for argument, value in pairs}
    try:
        return answer(spec, given, book)
    except KpiError as error:
        return CellFailure(error.code, error.args_by_name)


def _table(block: Grid, lang: Lang) -> Iterator[str]:
    head, *rest = _rows(block)
    yield from _row(*(_text(cell, lang) for cell in head))
    yield from _row(*("---" for _ in head))
    for row in rest:
        yield from _row(*("" if cell == "" else _text(cell, lang) for cell in row))


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _shown(value: Grid, lang: Lang) -> str:
    return "; ".join(", ".join(_text(cell, lang) for cell in row) for row in _rows(value))


def _text(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, CellFailure):
        return f"`{error_value(cell)}`"
    if cell is None or cell == "":
        return _say("nothing", lang)
    return cell if isinstance(cell, str) else f"{cell:.10g}"


def _is_wide(value: Grid) -> bool:
    return len(_rows(value)[0]) > WIDEST_LINE


def _rows(value: Grid) -> Sequence[Sequence[Cell]]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [[value]]
    return [row if isinstance(row, Sequence) and not isinstance(row, str) else [row] for row in value]


def _say(key: str, lang: Lang, **facts: str) -> str:
    return label("catalogue", key, lang).format(**facts)
