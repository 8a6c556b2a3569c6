"""Facts about the machine a person sits at; every one can be put in by a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PureWindowsPath
from typing import Literal

from kpi_xl.hosts.machine.registry import NO_REGISTRY, Registry, windows_registry

System = Literal["windows", "mac", "linux"]
PATIENCE = 30.0
"""Seconds that another program gets to answer a question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program that was asked said, and its exit code."""

    code: int
    text: str


Runner = Callable[[Sequence[str]], Answer | None]
"""Ask a program; None where it cannot be started or does not answer in time."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One person's computer."""

    system: System
    home: Path
    env: Mapping[str, str]
    interpreter: Path                       # the Python we run in
    run: Runner
    has_module: Callable[[str], bool]
    registry: Registry = NO_REGISTRY
    root: Path = Path("/")                  # above /Applications, /usr, /opt
    ansi: str = "utf-8"                     # how VBA's Open and cmd.exe read a text file

    def folder(self, variable: str, *otherwise: str) -> Path:
        """The folder an environment variable names, or one below the home folder."""
        named = self.env.get(variable, "")
        return Path(named) if named else self.home.joinpath(*otherwise)

    def expanded(self, text: str) -> str:
        """`text` with every %NAME% replaced by the environment's value.

        >>> import dataclasses
        >>> machine = dataclasses.replace(this_machine(), env={"USERPROFILE": "/home/zhang"})
        >>> machine.expanded("%UserProfile%/python.exe")
        '/home/zhang/python.exe'
        """
        parts = text.split("%")
        by_name = {name.casefold(): value for name, value in self.env.items()}
        for index in range(1, len(parts) - 1, 2):
            parts[index] = by_name.get(parts[index].casefold(), f"%{parts[index]}%")
        return "".join(parts)


def this_machine() -> Machine:
    """The computer this program runs on."""
    system = system_of(sys.platform)
    on_windows = system == "windows"
    return Machine(
        system, Path.home(), os.environ, Path(sys.executable), ask, lambda name: find_spec(name) is not None,
        windows_registry() if on_windows else NO_REGISTRY, ansi="mbcs" if on_windows else "utf-8",
    )  # fmt: skip


def system_of(platform: str) -> System:
    """Name of the system behind ``sys.platform``.

    >>> system_of("win32"), system_of("darwin"), system_of("linux")
    ('windows', 'mac', 'linux')
    """
    return "windows" if platform == "win32" else "mac" if platform == "darwin" else "linux"


def ask(command: Sequence[str]) -> Answer | None:
    """Run a program without a window of its own and wait for what it says."""
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False,
            stdin=subprocess.DEVNULL, creationflags=flags,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Answer(done.returncode, done.stdout.strip())


def open_in_office(path: Path) -> bool:
    """Open a file with whatever the person opens such files with; False where nothing would."""
    if sys.platform == "win32":
        os.startfile(path)
        return True
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return True


def file_name(place: str) -> str:
    """Last part of a path written the Windows or the POSIX way, in small letters.

    >>> file_name(r"C:\\Program Files\\WPS\\ET.EXE")
    'et.exe'
    """
    return PureWindowsPath(place).name.casefold()
