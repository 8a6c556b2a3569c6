"""publish: a copy for others, without macros, links or names, sealed and protected; forms as PDF; copies for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Literal

from kpi_xl.book.appraisal import Result, evaluate, run_id
from kpi_xl.book.raw_sheets.places_shown import place_patches
from kpi_xl.book.render import render
from kpi_xl.book.setup_checks import LOCKED
from kpi_xl.book.tables.inputs import STATES
from kpi_xl.book.tables.results import HISTORY
from kpi_xl.commands.check import Checked, read_and_check
from kpi_xl.commands.forms import write_forms
from kpi_xl.commands.publishing import PICKER, free_path, travelling
from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.hosts.disk import read_file, replace_file
from kpi_xl.hosts.editing import edits_of
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.package import Package, package_from
from kpi_xl.hosts.ooxml.packing import packed
from kpi_xl.hosts.publishing.digests import address
from kpi_xl.hosts.publishing.seals import cells_of, compared, lines_of
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.labels import label
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.issue import Issue

Pdf = Literal["", "merged", "cards"]
Copies = Literal["", "person", "department"]
Progress = Callable[[str, int, int], None]
"""Told what is being made, how many of it are done, and how many there are to be."""
RUN = HISTORY.position("run_id")


@dataclass(frozen=True, slots=True)
class Scored:
    """A book whose sheets say what scoring it now would say."""

    path: Path
    package: Package
    checked: Checked
    result: Result

    @property
    def period(self) -> str:
        """Code of the period that was scored."""
        return str(self.checked.inputs.settings.period)


def publish(
    path: Path,
    out: Path | None = None,
    *,
    pdf: Pdf = "",
    copies: Copies = "",
    folder: Path | None = None,
    progress: Progress = lambda _what, _done, _all: None,
) -> Receipt:
    """Write a published copy of a scored book; nothing that is there is overwritten.

    Parameters
    ----------
    path
        The book.
    out
        The file to write; beside the book when absent. Numbered when it exists.
    pdf
        ``merged``: all forms in one PDF; ``cards``: one PDF for each card.
    copies
        ``person``: one workbook for each card; ``department``: one for each department with all below it.
    folder
        Where PDFs and copies go; a folder beside the published file when absent.
    progress
        Told how far the work is.

    Returns
    -------
    Receipt
        Not done when the book is not scored, is stale, has errors, or holds a foreign formula without a value.

    Raises
    ------
    WorkbookError
        Whatever reading and writing a file raises; with `pdf` also ``E-ENGINE-MISSING``, ``E-ENGINE-FAILED``,
        ``E-ENGINE-TIMEOUT``.
    """
    start = perf_counter()
    book = _scored(path)
    if isinstance(book, tuple):
        return Receipt("publish", path.name, book, {"files": []}, False, perf_counter() - start)
    lang = book.checked.lang
    publication, finished = travelling(_without_places(book), book.result, lang)
    issues = in_order((*_shown(book.checked.issues), *publication.issues))
    if finished is None:
        return Receipt("publish", path.name, issues, {"files": []}, False, perf_counter() - start)
    target = free_path(out or path.with_name(f"{path.stem}-{label('seal', 'file.published', lang)}.xlsx"))
    replace_file(target, finished.data, like=path)
    files, more = _extras(book, target, folder, pdf, copies, progress)
    facts: Mapping[str, object] = {
        "period": book.period,
        "run_id": book.result.run_id,
        "seal": finished.code,
        "files": [str(file) for file in (target, *files)],
    }
    return Receipt("publish", path.name, in_order((*issues, *more)), facts, seconds=perf_counter() - start)


def _without_places(book: Scored) -> Package:
    """The book without the folders, users and passwords of its sources."""
    patches = place_patches(book.checked.grids)
    if not patches:
        return book.package
    edits = edits_of(Snapshot(book.package), [], patches)
    return package_from(book.package.book, packed(book.package, edits.changes, edits.dropped))


def _extras(
    book: Scored, target: Path, folder: Path | None, pdf: Pdf, copies: Copies, progress: Progress
) -> tuple[list[Path], list[Issue]]:
    """PDF and copies, where they are asked for."""
    files: list[Path] = []
    issues: list[Issue] = []
    given = (book.result, book.checked.grids, target, folder, book.checked.lang)
    if pdf:
        files += write_forms(*given, is_merged=pdf == "merged", progress=progress)
    if copies:
        # The writer of new books is a heavy package, which publishing alone does not wait for.
        from kpi_xl.commands.copies import write_copies

        made, issues = write_copies(*given, kind=copies, progress=progress)
        files += made
    return files, issues


def _scored(path: Path) -> Scored | tuple[Issue, ...]:
    """The book, or why it cannot be published as it is."""
    package = package_from(path.name, read_file(path))
    checked = read_and_check(FileHost(path))
    if any(issue.severity == "error" and issue.code != LOCKED for issue in checked.issues):
        return _shown(checked.issues)
    inputs, before = checked.inputs, Snapshot(package)
    runs = {str(row.values[RUN]) for row in inputs.history if row.period == str(inputs.settings.period)}
    if not runs:
        return (Issue("E-PUBLISH-UNSCORED", "", {"period": str(inputs.settings.period)}),)
    as_scored = next((each for each in _in_every_state(inputs) if run_id(each) in runs), inputs)
    result = evaluate(as_scored, checked.lang)
    if stale := _stale(before, _after(before, result, checked)):
        return (stale,)
    # The state may move on (approved, published) after scoring; the cover then says what it is now.
    now = replace(result, inputs=inputs)
    if as_scored is not inputs:
        package = _after(before, now, checked).package
    return Scored(path, package, checked, now)


def _in_every_state(inputs: Inputs) -> Iterator[Inputs]:
    """The same inputs at every stage of their period, first at the one they are at."""
    yield inputs
    for state in STATES:
        settings = inputs.settings
        if state != settings.state:
            texts = {**settings.texts, "state": state}
            yield replace(inputs, settings=replace(settings, state=state, texts=texts))


def _shown(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """A locked period is no hindrance: what is locked is what gets published."""
    return tuple(issue for issue in issues if issue.code != LOCKED)


def _stale(before: Snapshot, after: Snapshot) -> Issue | None:
    """The first cell that does not say what scoring the book would make it say."""
    found = compared(list(lines_of({}, cells_of(after))), cells_of(before))
    if not found.differences:
        return None
    first = found.differences[0]
    return Issue("E-PUBLISH-STALE", address(first.sheet, first.place), {"count": len(found.differences)})


def _after(before: Snapshot, result: Result, checked: Checked) -> Snapshot:
    """The book as it would be after scoring."""
    picked = before.definitions.names.get(PICKER)
    shown = before.values(picked.sheet).get(picked.row, {}).get(picked.column) if picked else None
    chosen = shown if isinstance(shown, str) else ""
    drawn = render(result, checked.grids, chosen, checked.lang, publishes=True, remarks=checked.remarks)
    edits = edits_of(before, drawn.sheets, drawn.patches)
    return Snapshot(package_from(before.package.book, packed(before.package, edits.changes, edits.dropped)))
