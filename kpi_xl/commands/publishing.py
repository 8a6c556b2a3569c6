"""What publishing and making copies share: names of new files, the seal's words, a book made fit to travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kpi_xl.book.appraisal import Result, run_id
from kpi_xl.hosts.ooxml.package import Package
from kpi_xl.hosts.publishing.publication import Publication, published_parts
from kpi_xl.hosts.publishing.sealing import Sealed, Wording, sealed
from kpi_xl.hosts.publishing.seals import CODE_NAME, LIST_NAME
from kpi_xl.hosts.snapshot import Snapshot
from kpi_xl.labels import Lang, label

COVER, PICKER = "k_home", "k_card"
SEAL_ROW, SEAL_COLUMN = 30, 2


def travelling(package: Package, result: Result, lang: Lang) -> tuple[Publication, Sealed | None]:
    """A book made fit to travel, and its sealed file; no file when a cell has no value to keep."""
    publication = published_parts(package, PICKER)
    if any(issue.severity == "error" for issue in publication.issues):
        return publication, None
    facts, wording = _facts(result, lang), _wording(package, lang)
    return publication, sealed(package.book, publication, _cover(package), facts, wording)


def _cover(package: Package) -> tuple[str, int, int]:
    """The cell for the code: the free line of the cover, or the first free one below it."""
    book = Snapshot(package)
    sheet = book.definitions.names[COVER].sheet
    values, old = book.values(sheet), book.definitions.names.get(CODE_NAME)
    row = SEAL_ROW
    while values.get(row, {}).get(SEAL_COLUMN) is not None and (old is None or old.row != row):
        row += 1
    return sheet.name, row, SEAL_COLUMN


def _facts(result: Result, lang: Lang) -> Mapping[str, str]:
    inputs = result.inputs
    data = run_id(replace(inputs, plan=(), indicators=(), bands=()))
    plan = run_id(replace(inputs, subjects=(), targets=(), actuals=(), adjustments=()))
    facts = {
        "engine": f"kpi_xl {engine_version()}", "run": result.run_id, "period": str(inputs.settings.period),
        "data": data, "plan": plan,
    }  # fmt: skip
    return {label("seal", f"fact.{key}", lang): said for key, said in facts.items()}


def _wording(package: Package, lang: Lang) -> Wording:
    known = Snapshot(package).definitions
    sealed_before = known.names.get(LIST_NAME)
    taken = {sheet.name.casefold() for sheet in known.sheets if not sealed_before or sheet != sealed_before.sheet}
    name = plain = label("seal", "sheet", lang)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain} {number}"
    notes = tuple(label("seal", f"note.{key}", lang) for key in ("check", "meaning"))
    return Wording(name, label("seal", "title", lang), notes, label("seal", "cover", lang))


def engine_version() -> str:
    """Version of the program as installed; of the source when it is not."""
    try:
        return version("kpi-xl")
    except PackageNotFoundError:
        return "source"


def free_path(path: Path) -> Path:
    """The path, or the next one with a number: what is there is never overwritten."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def file_name(text: str) -> str:
    """A card's id as a part of a file name.

    >>> file_name("P07#2/x")
    'P07#2_x'
    """
    return "".join("_" if sign in '<>:"/\\|?*' or ord(sign) < 32 else sign for sign in text).strip(". ") or "_"
