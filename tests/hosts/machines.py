"""Machines that are not here: files below a folder, a registry written down, programs that answer what they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Answer, Machine, Runner, System
from kpi_xl.hosts.machine.places import ADDIN, SCRIPT, XLWINGS
from kpi_xl.hosts.machine.registry import Value, WrittenRegistry

EXCEL = r"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE"
EXCEL_ID = "{00024500-0000-0000-C000-000000000046}"
GOOD_KEYS: Mapping[str, Mapping[str, Value]] = {
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe": {"": EXCEL},
    r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration": {"Platform": "x64"},
    r"HKCU\Software\Microsoft\Office\16.0\Excel\Options": {"OptionFormat": 1},
    r"HKCR\Excel.Application\CLSID": {"": EXCEL_ID},
    rf"HKCR\CLSID\{EXCEL_ID}\LocalServer32": {"": f"{EXCEL} /automation"},
}
GOOD_PYTHON = ([3, 11, 9], 64, XLWINGS, "0.1.0")


@dataclass
class Programs:
    """Answers by the name of the program that is asked; what is not listed cannot be started."""

    answers: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, command: Sequence[str]) -> Answer | None:
        program = Path(command[0])
        if program.is_absolute() and not program.is_file():
            return None
        return self.answers.get(program.name)


def python_says(version: Sequence[int], bits: int, xlwings: str, ours: str) -> Answer:
    return Answer(0, json.dumps([list(version), bits, xlwings, ours]))


def machine(folder: Path, system: System, python: str = "python") -> Machine:
    """An empty home with a Python in it that answers well."""
    home = folder / "home"
    (home / "Desktop").mkdir(parents=True)
    interpreter = home / "venv" / "bin" / python
    written(interpreter, b"")
    programs = Programs({python: python_says(*GOOD_PYTHON)})
    return Machine(system, home, {}, interpreter, programs, lambda _name: True, root=folder)


def windows(folder: Path, keys: Mapping[str, Mapping[str, Value]] | None = None) -> Machine:
    """Windows with a 64-bit Excel that was never set up for us."""
    bare = machine(folder, "windows", "python.exe")
    env = {
        "USERPROFILE": str(bare.home),
        "APPDATA": str(bare.home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(bare.home / "AppData" / "Local"),
    }
    written(bare.interpreter.parent / f"xlwings64-{XLWINGS}.dll", b"MZ")
    return replace(bare, env=env, registry=WrittenRegistry({**GOOD_KEYS, **(keys or {})}))


def mac(folder: Path) -> Machine:
    """A Mac with Excel."""
    (folder / "Applications" / "Microsoft Excel.app").mkdir(parents=True)
    bare = machine(folder, "mac")
    assert isinstance(bare.run, Programs)
    bare.run.answers["xattr"] = Answer(0, "com.apple.lastuseddate#PS")
    return bare


def linux(folder: Path) -> Machine:
    """Linux, where there is never an Excel."""
    return machine(folder, "linux")


def answering(machine: Machine, **answers: Answer | None) -> Machine:
    """The machine with other answers; None takes a program away. Names stand without their ending."""
    assert isinstance(machine.run, Programs)
    known = {name.partition(".")[0]: name for name in machine.run.answers}
    changed = {known.get(name, name): answer for name, answer in answers.items()}
    kept = {**machine.run.answers, **changed}
    run: Runner = Programs({name: answer for name, answer in kept.items() if answer is not None})
    return replace(machine, run=run)


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and every empty folder, by its place."""
    below = sorted(folder.rglob("*"))
    empty = {f"{path.relative_to(folder)}/": b"" for path in below if path.is_dir() and not any(path.iterdir())}
    return {**{str(path.relative_to(folder)): path.read_bytes() for path in below if path.is_file()}, **empty}


__all__ = [
    "ADDIN", "EXCEL", "EXCEL_ID", "GOOD_PYTHON", "SCRIPT", "XLWINGS", "answering", "files_of", "linux", "mac",
    "machine", "python_says", "windows", "written",
]  # fmt: skip
