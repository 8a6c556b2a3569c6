"""An extension in LibreOffice, put there and taken away by the office's own program for it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.obstacles.surroundings import office_program

PROGRAMS = {"windows": ("unopkg.com", "unopkg.exe"), "mac": ("unopkg",), "linux": ("unopkg",)}


def extension_program(machine: Machine) -> Path | None:
    """LibreOffice's program for extensions; None where there is no LibreOffice."""
    folder = office_program(machine)
    places = (folder / name for name in PROGRAMS[machine.system]) if folder is not None else ()
    return next((place for place in places if place.is_file()), None)


def identity(extension: bytes) -> str:
    """The name under which LibreOffice keeps an extension, as its own description has it."""
    with zipfile.ZipFile(io.BytesIO(extension)) as package:
        description = package.read("description.xml").decode("utf-8")
    found = re.search(r'<identifier\s+value="([^"]+)"', description)
    if found is None:
        raise ValueError("an extension without an identifier")
    return found[1]


def add_extension(machine: Machine, extension: Path) -> bool:
    """Give LibreOffice the extension in place of an earlier one; False where it did not take it."""
    return _did(machine, "add", "--force", str(extension))


def remove_extension(machine: Machine, name: str) -> bool:
    """Take the extension away; False where LibreOffice did not give it up."""
    return _did(machine, "remove", name)


def _did(machine: Machine, *command: str) -> bool:
    program = extension_program(machine)
    if program is None:
        return False
    answer = machine.run([str(program), *command])
    return answer is not None and answer.code == 0
