"""Copies for one person or one department: built afresh from their own rows, so nobody else's can be in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.excerpt import below, departments, excerpt, merged, own_history, with_valued_ranks
from kpi_xl.book.render import render
from kpi_xl.builder.frame import build
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.publishing import PICKER, file_name, free_path, travelling
from kpi_xl.hosts.disk import read_file, replace_file
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.package import package_from
from kpi_xl.hosts.publishing.prompts import without_prompts
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import TableGrid
from kpi_xl.model.issue import Issue

Progress = Callable[[str, int, int], None]


def write_copies(
    result: Result,
    grids: Mapping[str, TableGrid],
    published: Path,
    folder: Path | None,
    lang: Lang,
    *,
    kind: Literal["person", "department"],
    progress: Progress,
) -> tuple[list[Path], list[Issue]]:
    """One sealed workbook for each card, or for each department with all below it.

    Returns
    -------
    files, issues
        What was written; where names were blotted out, and departments nobody is appraised in.
    """
    folder = folder or published.with_name(f"{published.stem}-{label('seal', 'file.copies', lang)}")
    scored = {card.card for card in result.appraisal.cards}
    wanted = _wanted(result, kind)
    files: list[Path] = []
    issues: list[Issue] = []
    folder.mkdir(parents=True, exist_ok=True)
    for done, (name, ids) in enumerate(wanted.items(), start=1):
        progress("copies", done, len(wanted))
        if not ids & scored:
            issues.append(Issue("I-COPY-EMPTY", "", {"subject": name}))
            continue
        data, found = copy_of(result, grids, ids, lang)
        target = free_path(folder / f"{file_name(name)}.xlsx")
        replace_file(target, data, like=published)
        files.append(target)
        issues += found
    return files, issues


def copy_of(
    result: Result, grids: Mapping[str, TableGrid], ids: Collection[str], lang: Lang
) -> tuple[bytes, tuple[Issue, ...]]:
    """A published book that holds these subjects only, with the numbers they have in the whole."""
    found = excerpt(result.inputs, grids, ids)
    with TemporaryDirectory(prefix="kpi_xl-copy-") as folder:
        path = Path(folder) / "copy.xlsx"
        build(path, found.content, lang)
        host = FileHost(path)
        checked = read_and_check(host)
        inputs = replace(checked.inputs, history=own_history(result.inputs, ids))
        own = merged(result, evaluate(inputs, lang))
        drawn = with_valued_ranks(render(own, checked.grids, "", lang, publishes=True))
        host.write(drawn.sheets, drawn.patches)
        package = without_prompts(package_from(path.name, read_file(path)), PICKER)
    _, finished = travelling(package, own, lang)
    assert finished is not None, "a book of our own making has no foreign formula"
    return finished.data, found.issues


def _wanted(result: Result, kind: str) -> Mapping[str, frozenset[str]]:
    """Subjects of each copy by its name."""
    if kind == "person":
        return {card.subject: _with_roles(result, {card.subject}) for card in result.appraisal.cards}
    return {
        subject.id: _with_roles(result, below(result.inputs, subject.id)) for subject in departments(result.inputs)
    }


def _with_roles(result: Result, ids: Collection[str]) -> frozenset[str]:
    """Subjects with the ids of their cards, of which somebody with several roles has several."""
    return frozenset(ids) | {card.card for card in result.appraisal.cards if card.subject in ids}
