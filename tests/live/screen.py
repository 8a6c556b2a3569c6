"""A screen nobody sees, an office on it, and a mouse that really clicks."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from kpi_xl.hosts.office.program import load_uno
from tests.office import no_office

T = TypeVar("T")
SIZE = "1280x800x24"
PATIENCE = 45.0
"""Seconds that anything on the screen gets to come about; the machine may be busy with other tests."""
TOOLS = ("Xvfb", "xdotool")
MANY = 60
"""Children of one accessible object that are looked at; a sheet has a million."""


def no_screen() -> str:
    """Why nothing can be clicked here; empty when it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"{missing[0]} is not installed" if missing else no_office()


class Screen:
    """A display of its own, with a window manager where there is one."""

    def __init__(self, number: int) -> None:
        self.office = {"DISPLAY": f":{number}", "SAL_USE_VCLPLUGIN": "gen", "LANG": "C.UTF-8"}
        self.environment = os.environ | self.office

    def click(self, x: int, y: int) -> None:
        """Press the left button there."""
        self._xdotool("mousemove", str(x), str(y), "sleep", "0.3", "click", "1")

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        self._xdotool("key", "--clearmodifiers", key)

    def has_window(self, title: str) -> bool:
        """Whether a window with this in its title is there to be seen."""
        search = ["xdotool", "search", "--onlyvisible", "--name", title]
        return subprocess.run(search, env=self.environment, check=False, capture_output=True).returncode == 0

    def picture(self, path: Path) -> None:
        """What is on the screen once it is painted, where ImageMagick is there to see it."""
        if shutil.which("import"):
            time.sleep(1)
            subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=False)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, capture_output=True)


@contextmanager
def screen() -> Iterator[Screen]:
    """A new display, and everything on it gone afterwards."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    started = [server]
    try:
        with os.fdopen(reading) as answer:
            shown = Screen(int(answer.readline()))
        if shutil.which("openbox"):
            started.append(subprocess.Popen(["openbox"], env=shown.environment, stderr=subprocess.DEVNULL))
        yield shown
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)


def until(asked: Callable[[], T | None], what: str) -> T:
    """The first answer that is one; asked again and again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = asked()
        if answer:
            return answer
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {PATIENCE:g} seconds")


def push_button(root: Any, name: str, depth: int = 14) -> Any:
    """The first button of that name below a window, or None; what screen readers are told."""
    context = root.getAccessibleContext()
    if context.getAccessibleName() == name and context.getAccessibleRole() == _push_button():
        return context
    for index in range(min(context.getAccessibleChildCount(), MANY) if depth else 0):
        child = context.getAccessibleChild(index)
        found = push_button(child, name, depth - 1) if child is not None else None
        if found is not None:
            return found
    return None


def _push_button() -> int:
    return int(load_uno().getConstantByName("com.sun.star.accessibility.AccessibleRole.PUSH_BUTTON"))


def middle(found: Any) -> tuple[int, int]:
    """The middle of an accessible object, in pixels of the screen."""
    place, size = found.getLocationOnScreen(), found.getSize()
    return place.X + size.Width // 2, place.Y + size.Height // 2
