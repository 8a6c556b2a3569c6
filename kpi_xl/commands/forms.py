"""The printed form of every card as PDF: all in one file, or one file for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kpi_xl.book.appraisal import Result
from kpi_xl.book.render.each_form import each_form
from kpi_xl.commands.publishing import file_name, free_path
from kpi_xl.hosts.disk import read_file, replace_file
from kpi_xl.hosts.ooxml.package import package_from
from kpi_xl.hosts.publishing.form_books import form_book
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import SheetOut, TableGrid
from kpi_xl.referee.printing import print_files

AT_ONCE = 50
"""Forms that one start of the office prints; between two the progress moves."""
MASTER_CELL = (3, 1)
Progress = Callable[[str, int, int], None]


def write_forms(
    result: Result,
    grids: Mapping[str, TableGrid],
    published: Path,
    folder: Path | None,
    lang: Lang,
    *,
    is_merged: bool,
    progress: Progress,
) -> list[Path]:
    """PDF of the forms as the published book prints them.

    Raises
    ------
    WorkbookError
        ``E-ENGINE-MISSING``: there is no LibreOffice; ``E-ENGINE-FAILED``, ``E-ENGINE-TIMEOUT``.
    """
    book = Snapshot(package_from(published.name, read_file(published)))
    sheet = book.definitions.names["k_card"].sheet
    master = book.values(sheet).get(MASTER_CELL[0], {}).get(MASTER_CELL[1])
    forms = list(each_form(result, grids, str(master or ""), lang))
    if is_merged:
        progress("forms", 0, len(forms))
        target = free_path((folder or published.parent) / f"{published.stem}.pdf")
        (made,) = _printed(book, [("forms", forms)])
        return [_kept(made, target, published)]
    folder = folder or published.with_name(f"{published.stem}-{label('seal', 'file.forms', lang)}")
    files: list[Path] = []
    for some in _some(forms):
        progress("forms", len(files), len(forms))
        books = [(str(number), [form]) for number, form in enumerate(some)]
        for (card, _), data in zip(some, _printed(book, books), strict=True):
            files.append(_kept(data, free_path(folder / f"{file_name(card)}.pdf"), published))
    return files


def _some(forms: Sequence[tuple[str, SheetOut]]) -> Iterator[Sequence[tuple[str, SheetOut]]]:
    return (forms[start : start + AT_ONCE] for start in range(0, len(forms), AT_ONCE))


def _printed(book: Snapshot, books: Sequence[tuple[str, Sequence[tuple[str, SheetOut]]]]) -> Iterator[bytes]:
    """Content of the PDF of each book of forms."""
    with TemporaryDirectory(prefix="kpi_xl-forms-") as room:
        paths = [Path(room) / f"{stem}.xlsx" for stem, _ in books]
        for path, (_, forms) in zip(paths, books, strict=True):
            path.write_bytes(form_book(book, forms))
        yield from [pdf.read_bytes() for pdf in print_files(paths, Path(room))]


def _kept(data: bytes, target: Path, like: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, data, like=like)
    return target
