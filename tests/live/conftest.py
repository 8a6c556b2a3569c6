"""A running Excel for the tests: xlwings with the engine of this folder, on either platform."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings

from kpi_xl.book.example import example
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.excel import books
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang
from tests.live.excels import Excel, started


@pytest.fixture
def excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Excel]:
    """Excel on Windows with no book open; snapshots of unsaved books go below the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("sys.argv", ["python"])
    with started("windows") as running:
        yield running
    assert xlwings.engines.active is None


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Excel]:
    """Excel on a Mac with no book open."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with started("mac") as running:
        monkeypatch.setattr(books, "native", lambda: running.native)
        yield running


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    """The worked example E2E-1, not scored yet, in both languages."""
    folder = tmp_path_factory.mktemp("examples")
    made: dict[Lang, Path] = {"zh": folder / "zh.xlsx", "en": folder / "en.xlsx"}
    for lang, path in made.items():
        new_from(path, FileHost, example(lang), lang)
    return made


@pytest.fixture
def e2e1(examples: dict[Lang, Path], tmp_path: Path) -> Callable[[Lang], Path]:
    """A copy of the worked example that the test may change."""

    def copied(lang: Lang = "zh") -> Path:
        return Path(shutil.copy(examples[lang], tmp_path / "绩效 考核.xlsx"))

    return copied
