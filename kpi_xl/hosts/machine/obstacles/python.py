"""The Python that Excel will start: which one the settings name, and whether it can do the work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.obstacles.finding import Finding, absent, ok, stands, unknown
from kpi_xl.hosts.machine.places import XLWINGS, configuration
from kpi_xl.hosts.machine.settings_file import setting

OLDEST = (3, 11)
KEYS = {"windows": "INTERPRETER_WIN", "mac": "INTERPRETER_MAC"}
QUESTION = """
import json, struct, sys
from importlib.metadata import PackageNotFoundError, version
def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
print(json.dumps([list(sys.version_info[:3]), struct.calcsize("P") * 8, installed("xlwings"), installed("kpi-xl")]))
"""
"""Asked of the other Python itself; it runs on Python 3.8 as well, so that an old one can say so."""


@dataclass(frozen=True, slots=True)
class Python:
    """A Python as it describes itself; empty texts where a package is not installed."""

    place: str
    version: tuple[int, ...]
    bits: int
    xlwings: str
    kpi_xl: str


def named_interpreter(machine: Machine) -> tuple[str, Path] | None:
    """The Python that the settings of the add-in name, and the file that names it; None without settings."""
    key = KEYS.get(machine.system)
    for project in ("kpi_xl", "xlwings") if key else ():
        place = configuration(machine, project)
        found = setting(place, key, machine) if place and key else ""
        if place and found:
            return found, place
    return None


def asked(machine: Machine) -> Python | None:
    """The Python that Excel will start, or on a machine without settings ours, as it answers; None if it does not."""
    named = named_interpreter(machine)
    place = named[0] if named else str(machine.interpreter)
    answer = machine.run([place, "-c", QUESTION])
    if answer is None or answer.code != 0:
        return None
    try:
        version, bits, xlwings, ours = json.loads(answer.text.splitlines()[-1])
    except (ValueError, IndexError):
        return None
    return Python(place, tuple(version), bits, xlwings, ours)


def interpreter(machine: Machine) -> Finding:
    """The settings name a Python that is there."""
    if machine.system not in KEYS:
        return absent("interpreter")
    named = named_interpreter(machine)
    if named is None:
        return stands("interpreter", "E-SETUP-NONE", str(configuration(machine, "kpi_xl")))
    python, settings = named
    if "/" not in python and "\\" not in python:
        return unknown("interpreter", found=python, place=str(settings))
    if not Path(python).exists():
        return stands("interpreter", "E-PYTHON-MISSING", str(settings), found=python)
    if "windowsapps" in python.casefold():
        return stands("interpreter", "E-PYTHON-STORE", str(settings), found=python)
    if machine.system == "mac" and " " in python:
        return stands("interpreter", "E-PYTHON-SPACE", str(settings), found=python)
    return ok("interpreter", found=python)


def version(machine: Machine, python: Python | None) -> Finding:
    """That Python is recent enough."""
    if python is None:
        return unknown("version")
    wanted, found = ".".join(map(str, OLDEST)), ".".join(map(str, python.version))
    if python.version[:2] < OLDEST:
        return stands("version", "E-PYTHON-OLD", python.place, found=found, wanted=wanted)
    return ok("version", found=found)


def package(machine: Machine, python: Python | None) -> Finding:
    """That Python has this program."""
    if python is None:
        return unknown("package")
    if not python.kpi_xl:
        return stands("package", "E-PACKAGE-MISSING", python.place, found=python.place)
    return ok("package", found=python.kpi_xl)


def xlwings(machine: Machine, python: Python | None) -> Finding:
    """That Python has the very xlwings whose names our workbooks carry."""
    if machine.system not in KEYS:
        return absent("xlwings")
    if python is None:
        return unknown("xlwings")
    if not python.xlwings:
        return stands("xlwings", "E-XLWINGS-MISSING", python.place, wanted=XLWINGS)
    if python.xlwings != XLWINGS:
        return stands("xlwings", "E-XLWINGS-VERSION", python.place, found=python.xlwings, wanted=XLWINGS)
    return ok("xlwings", found=python.xlwings)


def bitness(machine: Machine, python: Python | None, excel_bits: int | None) -> Finding:
    """Excel finds the library of its own width beside Python; without it buttons work and functions do not."""
    if machine.system != "windows":
        return absent("bitness")
    if python is None or excel_bits is None:
        return unknown("bitness")
    library = f"xlwings{excel_bits}-{XLWINGS}.dll"
    folder = Path(python.place).parent
    if any((place / library).is_file() for place in (folder, folder.parent)):
        return ok("bitness", excel=excel_bits, python=python.bits)
    if excel_bits != python.bits:
        return stands("bitness", "W-BITNESS", python.place, excel=excel_bits, python=python.bits)
    return stands("bitness", "W-LIBRARY-MISSING", str(folder), wanted=library)
