"""Where the workbook lies, what lies beside it, and the other programs that can do the work."""

from __future__ import annotations

import re
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.obstacles.finding import Finding, absent, ok, stands, unknown
from kpi_xl.hosts.machine.obstacles.python import OLDEST
from kpi_xl.hosts.machine.places import cloud_folders

OFFICES = {
    "windows": (),
    "mac": ("Applications/LibreOffice.app/Contents/MacOS",),
    "linux": ("usr/lib/libreoffice/program", "usr/lib64/libreoffice/program", "opt/libreoffice/program"),
}
PROVIDER = "pythonscript.py"


def place(machine: Machine, book: Path | None) -> Finding:
    """The workbook is an ordinary file and not one that a service keeps in step with the web."""
    if book is None:
        return absent("place")
    if str(book).casefold().startswith(("http:", "https:")):
        return stands("place", "W-BOOK-URL", str(book), book=book.name)
    resolved = book.absolute()
    synced = next((folder for folder in cloud_folders(machine) if resolved.is_relative_to(folder)), None)
    if synced is not None:
        return stands("place", "W-BOOK-CLOUD", str(book), book=book.name, folder=str(synced))
    return ok("place", found=str(book.parent))


def beside(machine: Machine, book: Path | None) -> Finding:
    """No settings file beside the workbook, which would count before the person's own."""
    if book is None or machine.system == "linux":
        return absent("beside")
    for project in ("kpi_xl", "xlwings"):
        shadow = book.parent / f"{project}.conf"
        if shadow.is_file():
            return stands("beside", "W-SETTINGS-BESIDE", str(shadow), found=shadow.name)
    return ok("beside")


def office(machine: Machine) -> Finding:
    """LibreOffice, where it is there, can run this program in its own Python."""
    program = office_program(machine)
    if program is None:
        return absent("office")
    if machine.system == "linux":
        if (program / PROVIDER).is_file():
            return ok("office", found=str(program))
        return stands("office", "W-OFFICE-PYTHON", str(program))
    found = _brought_python(machine, program)
    if found is None:
        return unknown("office")
    if found < OLDEST:
        written = {"found": ".".join(map(str, found)), "wanted": ".".join(map(str, OLDEST))}
        return stands("office", "W-OFFICE-OLD", str(program), **written)
    return ok("office", found=str(program))


def _brought_python(machine: Machine, program: Path) -> tuple[int, ...] | None:
    """Version of the Python that LibreOffice brings along on Windows and on a Mac."""
    places = (program / "python.exe", program.parent / "Resources" / "python")
    python = next((place for place in places if place.is_file()), None)
    answer = machine.run([str(python), "--version"]) if python is not None else None
    found = re.match(r"Python (\d+)\.(\d+)", answer.text) if answer is not None else None
    return (int(found[1]), int(found[2])) if found else None


def office_program(machine: Machine) -> Path | None:
    """Folder of LibreOffice's programs; None where it is not found."""
    if machine.system == "windows":
        roots = [machine.env.get(name, "") for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
        places = [Path(root) / "LibreOffice" / "program" for root in roots if root]
    else:
        places = [machine.root / each for each in OFFICES[machine.system]]
        places += sorted((machine.root / "opt").glob("libreoffice*/program"))
    return next((each for each in places if each.is_dir()), None)


def window(machine: Machine) -> Finding:
    """The window for people without the add-in can open."""
    if machine.has_module("tkinter") and machine.has_module("_tkinter"):
        return ok("window")
    return stands("window", "W-WINDOW-TK", str(machine.interpreter))
