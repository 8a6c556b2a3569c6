"""The settings files that the VBA of xlwings reads: lines of ``"KEY","value"``."""

from __future__ import annotations

import csv
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine


def setting(place: Path, key: str, machine: Machine) -> str:
    """Value of a key, environment names expanded as the VBA does; empty when it is not set."""
    try:
        lines = place.read_bytes().decode(machine.ansi, errors="replace").splitlines()
    except OSError:
        return ""
    rows = (row for row in csv.reader(lines) if len(row) >= 2)
    found = next((row[1] for row in rows if row[0].strip().casefold() == key.casefold()), "")
    return machine.expanded(found.strip())


def setting_line(key: str, value: str, machine: Machine) -> str:
    """One line of such a file; a path below the home folder is written so that its letters do not matter.

    VBA reads the file in the code page of the machine, in which a Chinese user name may not exist.
    """
    home = machine.env.get("USERPROFILE", "") if machine.system == "windows" else ""
    inside = bool(home) and value.casefold().startswith(home.rstrip("\\/").casefold())
    written = "%USERPROFILE%" + value[len(home.rstrip("\\/")) :] if inside else value
    return f'"{key}","{written}"'
