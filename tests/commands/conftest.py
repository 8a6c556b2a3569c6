"""The worked example as a workbook file, built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_xl.book.example import example
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang

CopyBook = Callable[..., Path]


@pytest.fixture(scope="session")
def example_books(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Path]:
    folder = tmp_path_factory.mktemp("example")
    books: dict[tuple[str, bool], Path] = {}
    for lang in ("zh", "en"):
        for scored in (False, True):
            path = folder / f"{lang}-{scored}.xlsx"
            new_from(path, FileHost, example(lang), lang)  # type: ignore[arg-type]
            if scored:
                score(FileHost(path))
            books[lang, scored] = path
    return books


@pytest.fixture
def copy_book(example_books: dict[tuple[str, bool], Path], tmp_path: Path) -> CopyBook:
    def copy(lang: Lang = "zh", *, scored: bool = False) -> Path:
        path = tmp_path / f"book-{lang}.xlsx"
        shutil.copyfile(example_books[lang, scored], path)
        return path

    return copy
