"""demo: the whole job on the sample company and on the worked example, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kpi_xl.book.example import example
from kpi_xl.commands.check import check
from kpi_xl.commands.new import OpenBook, new_from, new_sample
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.commands.verify import verify
from kpi_xl.errors import WorkbookError
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.issue import Issue

Progress = Callable[[str], None]
Make = Callable[[Path, OpenBook, Lang], Receipt]


def _new_example(path: Path, open_book: OpenBook, lang: Lang) -> Receipt:
    return new_from(path, open_book, example(lang), lang)


BOOKS: tuple[tuple[Make, Mapping[Lang, str]], ...] = (
    (new_sample, {"zh": "绩效考核-示例公司.xlsx", "en": "appraisal-sample.xlsx"}),
    (_new_example, {"zh": "绩效考核-示例.xlsx", "en": "appraisal-example.xlsx"}),
)
"""A company with two years of facts, and one card whose numbers can be followed by hand."""


def demo(folder: Path, open_book: OpenBook, progress: Progress = lambda _: None) -> Iterator[Receipt]:
    """new, check, score and verify on each book; one receipt a step."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        for make, names in BOOKS:
            path = _free(folder / names[lang])
            progress(path.name)
            yield make(path, open_book, lang)
            yield check(open_book(path))
            yield score(open_book(path))
            yield _verified(path, progress)


def _verified(path: Path, progress: Progress) -> Receipt:
    try:
        return verify(path, progress=progress)
    except WorkbookError as error:
        if error.code != "E-ENGINE-NONE":
            raise
        return Receipt("verify", path.name, (Issue("W-ENGINE-NONE", path.name, error.args_by_name),))


def _free(path: Path) -> Path:
    """The path, or the next numbered one that does not exist: a book is never overwritten."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 10_000))
    return next(each for each in (path, *numbered) if not each.exists())
