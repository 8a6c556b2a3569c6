"""demo: the whole job on the worked example, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kpi_xl.book.example import example
from kpi_xl.commands.check import check
from kpi_xl.commands.new import OpenBook, new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.commands.verify import verify
from kpi_xl.errors import WorkbookError
from kpi_xl.labels import LANGS
from kpi_xl.model.issue import Issue

NAMES = {"zh": "绩效考核-示例.xlsx", "en": "appraisal-example.xlsx"}


def demo(folder: Path, open_book: OpenBook, progress: Callable[[str], None] = lambda _: None) -> Iterator[Receipt]:
    """new, check, score and verify on the example company; one receipt a step."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        path = _free(folder / NAMES[lang])
        progress(path.name)
        yield new_from(path, open_book, example(lang), lang)
        yield check(open_book(path))
        yield score(open_book(path))
        try:
            yield verify(path, progress=progress)
        except WorkbookError as error:
            if error.code != "E-ENGINE-NONE":
                raise
            yield Receipt("verify", path.name, (Issue("W-ENGINE-NONE", path.name, error.args_by_name),))


def _free(path: Path) -> Path:
    """The path, or the next numbered one that does not exist: a book is never overwritten."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 10_000))
    return next(each for each in (path, *numbered) if not each.exists())
