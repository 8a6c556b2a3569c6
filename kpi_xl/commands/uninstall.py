"""uninstall: take away exactly what install put there, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

from kpi_xl.commands.receipt import Receipt
from kpi_xl.hosts.machine.desktop import Machine, this_machine
from kpi_xl.hosts.machine.installed import IN_OFFICE, Gone, read_manifest, take_away, write_manifest
from kpi_xl.hosts.machine.places import data_folder
from kpi_xl.hosts.office.extension import extension_program, remove_extension
from kpi_xl.model.issue import Issue


def uninstall(machine: Machine | None = None) -> Receipt:
    """Remove what is on the list of the installation; a file that somebody changed since is named and left alone.

    Raises
    ------
    KpiError
        ``E-INSTALL-PLACE`` (a file is in use or may not be removed), ``E-INSTALL-LIST``. What is left stays on the
        list for the next run.
    """
    start = perf_counter()
    target = machine or this_machine()
    folder = data_folder(target)
    manifest = read_manifest(folder)
    placed = manifest.placed
    was_installed, gone = bool(placed), dict[str, Gone]()
    try:
        for path, entry in reversed(tuple(placed.items())):
            gone[path] = _from_office(target, path) if path.startswith(IN_OFFICE) else take_away(entry, target.ansi)
            del placed[path]
    finally:
        write_manifest(folder, manifest)
    facts = {"system": target.system, "steps": [{"step": step, "place": path} for path, step in gone.items()]}
    return Receipt("uninstall", "kpi_xl", _issues(gone, was_installed), facts, seconds=perf_counter() - start)


def _from_office(machine: Machine, path: str) -> Gone:
    if extension_program(machine) is None:
        return "gone"
    return "removed" if remove_extension(machine, path.removeprefix(IN_OFFICE)) else "changed"


def _issues(gone: Mapping[str, Gone], was_installed: bool) -> tuple[Issue, ...]:
    if not was_installed:
        return (Issue("W-UNINSTALL-NONE", "kpi_xl"),)
    return tuple(_left(path) for path, step in gone.items() if step == "changed")


def _left(path: str) -> Issue:
    if path.startswith(IN_OFFICE):
        return Issue("W-UNINSTALL-EXTENSION", "LibreOffice", {"found": path.removeprefix(IN_OFFICE)})
    return Issue("W-UNINSTALL-CHANGED", path, {"place": path})
