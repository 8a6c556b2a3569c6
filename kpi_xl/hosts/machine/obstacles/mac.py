"""What a Mac asks for before Excel may start Python and Python may speak to Excel."""

from __future__ import annotations

import contextlib
import sqlite3

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.obstacles.finding import Finding, absent, ok, stands, unknown
from kpi_xl.hosts.machine.places import SCRIPT, script_place

DECISIONS = ("Library", "Application Support", "com.apple.TCC", "TCC.db")
REFUSED, ALLOWED = 0, 2
ASKED = (
    "SELECT auth_value FROM access WHERE service = 'kTCCServiceAppleEvents' "
    "AND (client = 'com.microsoft.Excel' OR indirect_object_identifier = 'com.microsoft.Excel')"
)


def script(machine: Machine) -> Finding:
    """The script through which Excel starts Python is in its folder, in the version that is called."""
    place = script_place(machine)
    if place is None:
        return absent("script")
    if place.is_file():
        return ok("script", found=str(place))
    return stands("script", "E-SCRIPT-MISSING", str(place.parent), wanted=SCRIPT)


def automation(machine: Machine) -> Finding:
    """The person has allowed Python to control Excel; the Mac seldom lets anybody look this up."""
    if machine.system != "mac":
        return absent("automation")
    decisions = _decisions(machine)
    if decisions and REFUSED in decisions:
        return stands("automation", "E-AUTOMATION-REFUSED", "Excel")
    if decisions and ALLOWED in decisions:
        return ok("automation")
    return unknown("automation")


def _decisions(machine: Machine) -> list[int]:
    """What was answered so far; nothing where the list may not be read, which is the rule."""
    place = machine.home.joinpath(*DECISIONS)
    try:
        with contextlib.closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as database:
            return [int(row[0]) for row in database.execute(ASKED)]
    except (sqlite3.Error, OSError):
        return []
