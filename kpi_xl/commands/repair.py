"""repair: the ribbon of a workbook with macros put back after a program that does not know ribbons has saved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

from kpi_xl.book.read import read_inputs
from kpi_xl.builder.customui import RELATIONS, ribbon_parts, with_relations
from kpi_xl.builder.macrobook import CONTENT_TYPES, MAIN_TYPES, PACKAGE_RELATIONS, PLAIN, retyped
from kpi_xl.commands.receipt import Receipt
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.disk import read_file, refuse_changed, replace_file
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.ooxml.definitions import read_definitions
from kpi_xl.hosts.ooxml.package import Package, is_signed, package_from, part_key, read_part
from kpi_xl.hosts.ooxml.packing import packed
from kpi_xl.hosts.ooxml.xmlpart import children, relationships, root_of
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.issue import Issue

ADDIN_SUFFIX = ".xlam"


def repair(path: Path, out: Path | None = None) -> Receipt:
    """Put back what a workbook with our macros has lost: ribbon parts, their relations, its content type.

    Every other part keeps its very bytes, and a file that has everything is not written.

    Parameters
    ----------
    path
        The workbook.
    out
        Where to write; the same file when absent.

    Raises
    ------
    WorkbookError
        ``E-REPAIR-NO-MACROS``: the macros themselves are gone; ``E-BOOK-SIGNED``; whatever reading and writing raise.
    """
    start = perf_counter()
    data = read_file(path)
    package = package_from(path.name, data)
    _refuse_others(package)
    missing = tuple(part for part in RELATIONS if not _is_related(package, part))
    added = _absent_parts(package, missing, path)
    changes = dict(_changes(package, missing, is_addin=path.suffix.lower() == ADDIN_SUFFIX))
    target = out or path
    if changes or added:
        refuse_changed(path, data)
        replace_file(target, packed(package, changes, added=added), like=path)
    elif target != path:
        replace_file(target, data, like=path)
    issues = tuple(_issues(path.name, missing, has_new_type=CONTENT_TYPES in changes))
    return Receipt("repair", target.name, issues, {"mended": [*missing, *changes]}, seconds=perf_counter() - start)


def _refuse_others(package: Package) -> None:
    if is_signed(package):
        raise WorkbookError("E-BOOK-SIGNED", book=package.book)
    kinds = {each.kind for each in relationships(package, read_definitions(package).workbook)}
    if "vbaProject" not in kinds:
        raise WorkbookError("E-REPAIR-NO-MACROS", book=package.book)


def _is_related(package: Package, part: str) -> bool:
    """Whether the package points to some ribbon of this version that is there."""
    targets = {each.id: each.target for each in relationships(package)}
    return any(
        part_key(targets.get(item.get("Id", ""), "")) in package.parts
        for item in children(root_of(package, PACKAGE_RELATIONS), "Relationship")
        if item.get("Type") == RELATIONS[part]
    )


def _absent_parts(package: Package, missing: tuple[str, ...], path: Path) -> Mapping[str, bytes]:
    absent = [part for part in missing if part_key(part) not in package.parts]
    if not absent:
        return {}
    fresh = ribbon_parts(LANGS if path.suffix.lower() == ADDIN_SUFFIX else [_language(path)])
    return {part: fresh[part] for part in absent}


def _language(path: Path) -> Lang:
    lang = read_inputs(FileHost(path).tables()).inputs.settings.lang
    return next((each for each in LANGS if each == lang), LANGS[0])


def _changes(package: Package, missing: tuple[str, ...], *, is_addin: bool) -> Iterator[tuple[str, bytes]]:
    if missing:
        yield PACKAGE_RELATIONS, with_relations(read_part(package, PACKAGE_RELATIONS), missing)
    types = read_part(package, CONTENT_TYPES)
    wanted = retyped(types, PLAIN, MAIN_TYPES["addin" if is_addin else "book"])
    if wanted != types:
        yield CONTENT_TYPES, wanted


def _issues(book: str, missing: tuple[str, ...], *, has_new_type: bool) -> Iterator[Issue]:
    for part in missing:
        yield Issue("I-REPAIR-RIBBON", book, {"part": part})
    if has_new_type:
        yield Issue("I-REPAIR-TYPE", book, {})
    if not missing and not has_new_type:
        yield Issue("I-REPAIR-WHOLE", book, {})
