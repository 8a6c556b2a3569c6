"""What a person double-clicks, or drags a workbook on, to get the window; one small text file each."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.places import desktop_folder

MODULE = "kpi_xl.faces.window"
BOOKS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;"
    "application/vnd.ms-excel.sheet.macroEnabled.12;"
)


@dataclass(frozen=True, slots=True)
class Launcher:
    """One file to put on a person's desktop or in a menu."""

    path: Path
    text: str


def launchers(machine: Machine, title: str, comment: str) -> Iterator[Launcher]:
    """The launchers of this machine, under a name in the person's language."""
    desktop = desktop_folder(machine)
    if machine.system == "windows":
        sent_to = machine.folder("APPDATA", "AppData", "Roaming") / "Microsoft" / "Windows" / "SendTo"
        for folder in (desktop, sent_to):
            if folder is not None:
                yield Launcher(folder / f"{title}.cmd", batch(machine))
    elif machine.system == "mac":
        if desktop is not None:
            yield Launcher(desktop / f"{title}.command", shell(machine))
    else:
        menu = machine.folder("XDG_DATA_HOME", ".local", "share") / "applications"
        for place in (menu / "kpi-xl.desktop", desktop and desktop / "kpi-xl.desktop"):
            if place is not None:
                yield Launcher(place, entry(machine, title, comment))


def batch(machine: Machine) -> str:
    """A Windows command file: the window opens without a console, on the workbooks that were dragged on it."""
    python = machine.interpreter
    windowed = python.with_name(python.name.replace("python", "pythonw", 1))
    written = str(windowed if windowed.is_file() else python).replace("%", "%%")
    home = machine.env.get("USERPROFILE", "").rstrip("\\/")
    if home and written.casefold().startswith(home.casefold()):
        # cmd.exe reads the file in a code page that may lack the letters of the user's name.
        written = "%USERPROFILE%" + written[len(home) :]
    return f'@start "" "{written}" -m {MODULE} %*\r\n'


def shell(machine: Machine) -> str:
    """A command file that a Mac opens in its terminal."""
    return f'#!/bin/sh\nexec {shlex.quote(str(machine.interpreter))} -m {MODULE} "$@"\n'


def entry(machine: Machine, title: str, comment: str) -> str:
    """A desktop entry as Linux desktops read it; it also offers itself to open workbooks with."""
    escaped = str(machine.interpreter).replace("\\", "\\\\").replace("%", "%%")
    for special in '"`$':
        escaped = escaped.replace(special, "\\" + special)
    return (
        "[Desktop Entry]\nType=Application\nVersion=1.0\n"
        f"Name={title}\nComment={comment}\n"
        f'Exec="{escaped}" -m {MODULE} %f\n'
        f"Icon=x-office-spreadsheet\nTerminal=false\nCategories=Office;Spreadsheet;\nMimeType={BOOKS}\n"
    )
