"""A real mouse click on the window's own button, on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
from tests.commands.company import LIFT, company_book
from tests.commands.damage import put
from tests.live.papers import assert_copies, assert_forms
from tests.workbooks.books import skip_without

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


def eventually(is_so: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"the click did not {what}"
        time.sleep(0.1)


@pytest.mark.parametrize("lang", LANGS)
def test_a_click_on_the_button_scores_the_book(screen: str, lang: Lang, tmp_path: Path) -> None:
    """E2E-1 of the specification: 99.22, grade B; the total had been emptied, so it must come from the click."""
    book = tmp_path / "考核 2026.xlsx"
    new_from(book, FileHost, example(lang), lang)
    ranking = FileHost(book).tables()["tblCards"]
    put({ranking.address(0, TABLES["tblCards"].position("total")): None})(book)
    before = book.read_bytes()
    assert rows(book, "tblHistory") == []
    assert total_on(book) is None
    with shown(screen, lang, book) as buttons:
        click(screen, buttons["score"])
        eventually(lambda: book.read_bytes() != before, "change the file")
    assert total_on(book) == 99.22
    (result,) = rows(book, "tblHistory")
    kept = dict(zip((column.key for column in TABLES["tblHistory"].columns), result, strict=True))
    assert (kept["total"], kept["grade"]) == (99.22, "B")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_book(tmp_path_factory.mktemp("company") / "集团 考核.xlsx")


def test_a_click_on_print_all_prints_every_card(screen: str, company: Path, tmp_path: Path) -> None:
    skip_without("libreoffice")
    book = Path(shutil.copy(company, tmp_path))
    with shown(screen, "zh", book) as buttons:
        click(screen, buttons["print_all"])
        eventually(lambda: any(tmp_path.rglob("*.pdf")), "write a PDF")
    assert_forms(tmp_path.rglob("*.pdf"), book)
    assert book.read_bytes() == company.read_bytes()


def test_a_click_on_copies_writes_one_for_each_person(screen: str, company: Path, tmp_path: Path) -> None:
    book, copies = Path(shutil.copy(company, tmp_path)), tmp_path / "集团 考核-发布-副本"
    with shown(screen, "zh", book) as buttons:
        click(screen, buttons["copies"])
        eventually(lambda: len(list(copies.glob("[!~.]*.xlsx"))) == len(LIFT), "write a copy for each")
    assert_copies(copies.iterdir(), book)
    assert book.read_bytes() == company.read_bytes()


def test_a_dropped_file_is_chosen_and_a_drop_of_nothing_is_none(screen: str, tmp_path: Path) -> None:
    """Tk hands over a list in its own notation; some programs let go of a file and hand over an empty one."""
    code = """
import json, sys
from kpi_xl.faces.window import opened
window = opened("zh")
window._dropped("{%s} /other.xlsx" % sys.argv[1])
window._dropped("")
print(json.dumps(window._name.cget("text")))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "部门 考核.xlsx")],
        cwd=ROOT, env={**os.environ, "DISPLAY": screen}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == "部门 考核.xlsx"


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
