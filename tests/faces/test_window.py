"""A real mouse click on the window's own button, on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.book.sheets import TABLES
from kpi_xl.commands.new import new_from
from kpi_xl.errors import KpiError
from kpi_xl.faces.window import run
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang, label
from tests.commands.damage import put

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen of our own; Xvfb picks a free number and says it."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if find_spec("_tkinter") is None:
        missing.append("Tk")
    if missing:
        pytest.skip(f"a click on the window needs {', '.join(missing)}")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


@contextmanager
def shown(screen: str, lang: Lang, book: Path) -> Iterator[dict[str, list[int]]]:
    """The window in a process of its own; where the middle of each button is."""
    command = [sys.executable, "-m", "tests.faces.pressing", lang, str(book)]
    environment = {**os.environ, "DISPLAY": screen}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        said = json.loads(window.stdout.readline())
        assert said["title"] == label("ribbon", "tab", lang)
        yield said["buttons"]
        window.terminate()


def click(screen: str, place: list[int]) -> None:
    command = ["xdotool", "mousemove", "--sync", *map(str, place), "click", "1"]
    subprocess.run(command, env={**os.environ, "DISPLAY": screen}, check=True, timeout=PATIENCE)


def rows(book: Path, table: str) -> list[tuple[object, ...]]:
    """Rows of a table that say anything, as they stand in the file."""
    return [row for row in FileHost(book).tables()[table].rows if row[1] is not None]


def total_on(book: Path) -> object:
    """Total of the only card on the ranking."""
    (card,) = rows(book, "tblCards")
    return card[TABLES["tblCards"].position("total")]


def eventually(book: Path, before: bytes) -> None:
    """Wait until the file is another one."""
    until = time.monotonic() + PATIENCE
    while book.read_bytes() == before:
        assert time.monotonic() < until, "the click did not change the file"
        time.sleep(0.1)


@pytest.mark.parametrize("lang", LANGS)
def test_a_click_on_the_button_scores_the_book(screen: str, lang: Lang, tmp_path: Path) -> None:
    """E2E-1 of the specification: 99.22, grade B; the total had been emptied, so it must come from the click."""
    book = tmp_path / "考核 2026.xlsx"
    new_from(book, FileHost, example(lang), lang)
    put({f"{label('sheets', 'ranking', lang)}!P6": None})(book)
    before = book.read_bytes()
    assert rows(book, "tblHistory") == []
    assert total_on(book) is None
    with shown(screen, lang, book) as buttons:
        click(screen, buttons["score"])
        eventually(book, before)
    assert total_on(book) == 99.22
    (result,) = rows(book, "tblHistory")
    kept = dict(zip((column.key for column in TABLES["tblHistory"].columns), result, strict=True))
    assert (kept["total"], kept["grade"]) == (99.22, "B")


def test_without_a_screen_the_window_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("_tkinter") is None:
        pytest.skip("this Python has no Tk")
    if sys.platform != "linux":
        pytest.skip("only on Linux is a screen a matter of the environment")
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("KPI_XL_LANG", "en")
    assert run([]) == 3
    said = capsys.readouterr().err
    assert "no screen" in said
    assert "Traceback" not in said


def test_without_tk_the_window_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from kpi_xl.faces.window import opened

    monkeypatch.setitem(sys.modules, "tkinter", None)
    monkeypatch.delitem(sys.modules, "kpi_xl.faces.window_parts", raising=False)
    with pytest.raises(KpiError) as raised:
        opened("en")
    assert raised.value.code == "E-WINDOW-TK"
