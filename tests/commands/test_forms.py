"""The printed forms: one page a card, and what stands on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kpi_xl.commands.publish import publish
from kpi_xl.errors import WorkbookError
from kpi_xl.referee import libreoffice
from tests.commands.company import LIFT, SUBJECTS, company_book
from tests.commands.conftest import CopyBook
from tests.workbooks.books import skip_without

NAMES = {row[0]: row[2] for row in SUBJECTS}


def pages(pdf: Path) -> list[str]:
    """Text of every page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler-utils is not installed")
    run = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return run.stdout.split("\f")[:-1]


@pytest.mark.parametrize(("lang", "title"), [("zh", "绩效考核评分表"), ("en", "Performance appraisal")])
def test_the_example_prints_on_one_page(copy_book: CopyBook, lang: str, title: str) -> None:
    skip_without("libreoffice")
    receipt = publish(copy_book(lang, scored=True), pdf="merged")
    (page,) = pages(Path(receipt.facts["files"][1]))  # type: ignore[index]
    assert title in page and page.count("99.22") >= 2 and "108.00" in page


def test_every_card_is_printed_once_merged_or_alone(tmp_path: Path) -> None:
    skip_without("libreoffice")
    book = company_book(tmp_path / "book.xlsx")
    told: list[tuple[str, int, int]] = []
    alone = publish(book, pdf="cards", progress=lambda *step: told.append(step))
    files = {file.stem: file for file in map(Path, alone.facts["files"][1:])}  # type: ignore[index]
    assert set(files) == set(LIFT) and told[0] == ("forms", 0, len(LIFT))
    for card, file in files.items():
        (page,) = pages(file)
        assert NAMES[card].replace(" ", "") in page.replace(" ", "") and f" {card}" in page
    merged = publish(book, tmp_path / "merged.xlsx", pdf="merged")
    found = pages(Path(merged.facts["files"][1]))  # type: ignore[index]
    assert len(found) == len(LIFT)
    assert [next(card for card in LIFT if f" {card}" in page.splitlines()[-1]) for page in found] == list(LIFT)


def test_without_an_office_the_reason_is_said(copy_book: CopyBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    with pytest.raises(WorkbookError) as failure:
        publish(copy_book(scored=True), pdf="merged")
    assert failure.value.code == "E-ENGINE-MISSING"
