"""T5: a mouse clicks on our toolbar in LibreOffice, and the workbook is scored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpi_xl.book.example import example
from kpi_xl.builder.frame import build
from kpi_xl.builder.oxt import build_oxt
from kpi_xl.hosts.machine.dated_copies import FOLDER
from kpi_xl.hosts.office.program import Office, add_extension
from kpi_xl.labels import LANGS, label
from tests.live.screen import Screen, middle, no_screen, push_button, screen, until
from tests.office import our_python, quiet, total

pytestmark = pytest.mark.skipif(bool(no_screen()), reason=no_screen() or "-")


@pytest.fixture(scope="module")
def shown() -> Iterator[Screen]:
    with screen() as display:
        yield display


@pytest.fixture(scope="module")
def office(shown: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with our extension, on the screen."""
    profile, extension = tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("built") / "kpi_xl.oxt"
    build_oxt(extension)
    add_extension(extension, profile)
    with Office(profile, (), {**shown.office, "KPI_XL_PYTHON": our_python()}) as running:
        yield running


def unscored(path: Path) -> Path:
    """The worked example typed in, and no result anywhere."""
    build(path, example("zh"), "zh")
    return path


def opened(office: Office, path: Path) -> Any:
    return until(lambda: office.open(path, is_hidden=False), "the workbook is open")


def press(shown: Screen, document: Any, key: str) -> None:
    """Click on a button of our toolbar, in whichever language the office shows it."""
    window = document.CurrentController.Frame.ContainerWindow
    names = [label("ribbon", f"button.{key}", lang) for lang in LANGS]
    found = until(lambda: next(filter(None, (push_button(window, name) for name in names)), None), "the button is there")
    shown.click(*middle(found))


def test_a_click_on_our_toolbar_scores_the_book(shown: Screen, office: Office, tmp_path: Path) -> None:
    document = opened(office, unscored(tmp_path / "考核.xlsx"))
    assert total(document) == 0.0
    press(shown, document, "score")
    until(lambda: round(total(document), 2) == 99.22, "the total is 99.22")
    until(lambda: not document.hasControllersLocked(), "the write is finished")
    shown.picture(tmp_path / "after.png")
    dismiss(shown, "绩效考核 · 重新计算")
    snapshots = list((tmp_path / FOLDER).glob("考核 *.xlsx"))
    assert len(snapshots) == 1
    document.UndoManager.undo()
    assert total(document) == 0.0
    quiet(document)


def dismiss(shown: Screen, title: str) -> None:
    """Close the message box: the office closes no document behind one."""
    until(lambda: shown.has_window(title), "the message box is there")

    def is_gone() -> bool:
        shown.press("Return")
        return not shown.has_window(title)

    until(is_gone, "the message box is gone")
