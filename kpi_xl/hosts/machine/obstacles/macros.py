"""Whether Excel will run macros: its own settings, the company's policy, and where a file came from."""

from __future__ import annotations

import re
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.obstacles.excel import office_versions, settings_keys
from kpi_xl.hosts.machine.obstacles.finding import Finding, absent, ok, stands, unknown
from kpi_xl.hosts.machine.places import ADDIN, startup_folder
from kpi_xl.hosts.machine.registry import Value, value

POLICY = r"HKCU\Software\Policies\Microsoft\Office"
ONLY_SIGNED, NONE = 3, 4
"""Values of VBAWarnings; 1 runs everything, 2 asks."""
FOREIGN = (3, 4)
"""Zones of Windows from which macros are blocked: the internet, and sites that are not trusted."""
WITH_MACROS = (".xlsm", ".xlam", ".xlsb")


def macros(machine: Machine) -> Finding:
    """Macros may run: in the add-in, which lies in a trusted place, and in a workbook."""
    if machine.system != "windows":
        return absent("macros")
    if _is_set(machine, r"Security\Trusted Locations", "AllLocationsDisabled"):
        return stands("macros", "E-MACROS-PLACES", "Trusted Locations")
    level = _first(machine, "Security", "VBAWarnings")
    if level in (ONLY_SIGNED, NONE):
        return stands("macros", "W-MACROS-OFF", "VBAWarnings", found=level)
    if _is_set(machine, "Security", "blockcontentexecutionfrominternet"):
        return stands("macros", "W-MACROS-INTERNET", "blockcontentexecutionfrominternet")
    return ok("macros")


def _first(machine: Machine, below: str, name: str) -> Value:
    """A setting as the policy has it, else as the person has it."""
    policies = [rf"{POLICY}\{version}\Excel\{below}" for version in office_versions(machine)]
    found = (value(machine.registry, key, name) for key in (*policies, *settings_keys(machine, below)))
    return next((each for each in found if each is not None), None)


def _is_set(machine: Machine, below: str, name: str) -> bool:
    return _first(machine, below, name) == 1


def addin_mark(machine: Machine) -> Finding:
    """The installed add-in does not carry the mark of a file from the internet."""
    startup = startup_folder(machine)
    if startup is None or not (startup / ADDIN).is_file():
        return absent("addin_mark")
    marked = is_marked(machine, startup / ADDIN)
    if marked is None:
        return unknown("addin_mark")
    if marked:
        return stands("addin_mark", "E-ADDIN-BLOCKED", str(startup / ADDIN), found=ADDIN)
    return ok("addin_mark")


def book_mark(machine: Machine, book: Path | None) -> Finding:
    """The workbook does not carry that mark."""
    if book is None or not book.is_file() or machine.system == "linux":
        return absent("book_mark")
    marked = is_marked(machine, book)
    if marked is None:
        return unknown("book_mark")
    if not marked:
        return ok("book_mark")
    code = "E-BOOK-BLOCKED" if book.suffix.casefold() in WITH_MACROS else "W-BOOK-MARKED"
    return stands("book_mark", code, str(book), book=book.name)


def is_marked(machine: Machine, path: Path) -> bool | None:
    """Whether the system noted that a file came from elsewhere; None when that cannot be seen."""
    if machine.system == "mac":
        answer = machine.run(["xattr", str(path)])
        return None if answer is None or answer.code != 0 else "com.apple.quarantine" in answer.text
    try:
        stream = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return False
    except OSError:
        return None
    zone = re.search(r"ZoneId\s*=\s*(\d+)", stream)
    return zone is not None and int(zone[1]) in FOREIGN
