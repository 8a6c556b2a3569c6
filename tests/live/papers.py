"""What "print all" and "personal copies" must have written for the small company, whichever button was pressed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from kpi_xl.book.sheets import TABLES
from kpi_xl.commands.seal import verify_seal
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar
from tests.commands.company import LIFT, SUBJECTS
from tests.commands.packages import assert_sound, parts_of, text_of

NAMES = {row[0]: row[2] for row in SUBJECTS}
ABOVE = {row[0]: row[3] for row in SUBJECTS}


def totals(book: Path) -> Mapping[Scalar, Scalar]:
    """Total of each card on a book's ranking."""
    card, total = (TABLES["tblCards"].position(key) for key in ("card", "total"))
    return {row[card]: row[total] for row in FileHost(book).tables()["tblCards"].rows if row[card] is not None}


def assert_forms(files: Iterable[Path], book: Path) -> None:
    """One page for each card of the book, with the subject's name and the card's own total."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler-utils is not installed")
    pages = [page for file in files for page in _pages(file)]
    assert len(pages) == len(LIFT)
    for card, total in totals(book).items():
        (page,) = [page for page in pages if f" {card}" in page.splitlines()[-1]]
        assert NAMES[str(card)].replace(" ", "") in page.replace(" ", "")
        assert f"{total:.2f}" in page


def assert_copies(files: Iterable[Path], book: Path) -> None:
    """One sealed book for each card, with its total in the whole and nobody else's name or code."""
    whole, found = totals(book), {file.stem: file for file in files}
    assert set(found) == set(whole) == set(LIFT)
    for card, file in found.items():
        parts = parts_of(file)
        assert_sound(parts)
        assert verify_seal(file).facts["intact"] is True
        assert totals(file) == {card: whole[card]}
        others = set(NAMES) - {card, *_above(card)}
        text = text_of(parts)
        assert [other for other in others if NAMES[other] in text or re.search(rf"\b{other}\b", text)] == []


def _above(card: str) -> list[str]:
    return [ABOVE[card], *_above(ABOVE[card])] if ABOVE[card] else []


def _pages(pdf: Path) -> list[str]:
    run = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return run.stdout.split("\f")[:-1]
