"""Copies for one person or department: all their own numbers, and nobody else's anything."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from kpi_xl.book.excerpt import below
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.publish import publish
from kpi_xl.commands.seal import verify_seal
from kpi_xl.commands.verify import verify
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar
from tests.commands.company import LIFT, SUBJECTS, company_book
from tests.commands.packages import assert_sound, parts_of, text_of
from tests.workbooks.books import skip_without

NAMES = {row[0]: row[2] for row in SUBJECTS}
ABOVE = {"D01": ("C00",), "D02": ("C00",), "E011": ("D01", "C00"), "E012": ("D01", "C00"), "E021": ("D02", "C00")}
BELOW = {"D01": {"D01", "E011", "E012"}, "D02": {"D02", "E021"}}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_book(tmp_path_factory.mktemp("company") / "book.xlsx")


@pytest.fixture(scope="module")
def people(book: Path) -> dict[str, Path]:
    receipt = publish(book, copies="person")
    assert {issue.code for issue in receipt.issues} >= {"W-COPY-BLOTTED"}
    return {file.stem: file for file in map(Path, receipt.facts["files"][1:])}  # type: ignore[index]


@pytest.fixture(scope="module")
def departments(book: Path) -> dict[str, Path]:
    receipt = publish(book, copies="department", folder=book.parent / "departments")
    return {file.stem: file for file in map(Path, receipt.facts["files"][1:])}  # type: ignore[index]


def cards(path: Path) -> dict[Scalar, tuple[Scalar, ...]]:
    """Rows of the ranking by card."""
    grid = FileHost(path).tables()["tblCards"]
    return {row[1]: row for row in grid.rows}


def foreign_numbers(book: Path, ids: set[str]) -> set[str]:
    """Long numbers that only others have: what was typed for them, and their totals before rounding."""
    grid = FileHost(book).tables()["tblActuals"]
    texts = {
        owner: {f"{value:.15g}" for row in grid.rows if row[1] == owner for value in row if isinstance(value, float)}
        for owner in LIFT
    }
    mine = set().union(*(texts[owner] for owner in ids))
    return {text for owner in set(LIFT) - ids for text in texts[owner] - mine if len(text) > 5}


def test_there_is_a_copy_for_every_card_and_every_department(
    people: dict[str, Path], departments: dict[str, Path]
) -> None:
    assert set(people) == set(LIFT)
    assert set(departments) == set(BELOW)
    assert [set(cards(departments[name])) for name in BELOW] == list(BELOW.values())


@pytest.mark.parametrize("who", [*LIFT, "all of D01", "all of D02"])
def test_nobody_else_is_anywhere_in_a_copy(
    book: Path, people: dict[str, Path], departments: dict[str, Path], who: str
) -> None:
    is_department = who.startswith("all of ")
    who = who.removeprefix("all of ")
    path, ids = (departments[who], BELOW[who]) if is_department else (people[who], {who})
    parts = parts_of(path)
    assert_sound(parts)
    text = text_of(parts)
    others = set(NAMES) - ids - set(ABOVE[who])
    assert others
    for other in others:
        assert not re.search(rf"(?<![0-9A-Za-z]){other}(?![0-9A-Za-z])", text), other
        assert NAMES[other] not in text, NAMES[other]
    numbers = foreign_numbers(book, ids)
    assert len(numbers) > 15
    assert [number for number in numbers if re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", text)] == []
    for name, content in parts.items():
        assert b"PK\x03\x04" not in content, name


def test_a_copy_says_of_its_subject_what_the_whole_book_says(book: Path, people: dict[str, Path]) -> None:
    whole, columns = cards(book), FileHost(book).tables()["tblCards"].header
    skipped = columns.index("首行") if "首行" in columns else -1
    for who, path in people.items():
        mine = cards(path)[who]
        differing = [
            (columns[place], one, other)
            for place, (one, other) in enumerate(zip(whole[who], mine, strict=True))
            if one != other and place != skipped
        ]
        assert len(differing) <= 1, differing  # where the card's rows begin
    ranks = [cards(people[who])[who][0] for who in ("E021", "E011", "E012")]
    assert sorted(ranks) == [1.0, 2.0, 3.0]  # type: ignore[type-var]


def test_a_rolled_up_number_survives_without_the_people_it_came_from(book: Path, people: dict[str, Path]) -> None:
    def revenue(path: Path) -> Scalar:
        grid = FileHost(path).tables()["tblFacts"]
        (row,) = [row for row in grid.rows if row[0] == "2026-03|D01|REV"]
        return row[grid.header.index("数值")] if "数值" in grid.header else row[-1]

    assert revenue(people["D01"]) == revenue(book)


def test_every_copy_is_sealed_and_another_office_agrees_with_it(
    people: dict[str, Path], departments: dict[str, Path]
) -> None:
    skip_without("libreoffice")
    for path in (people["D01"], people["E011"], departments["D01"]):
        assert verify_seal(path).facts["intact"] is True
        checked = verify(path, ["libreoffice"])
        assert checked.is_done, checked.issues[:5]


def test_no_copy_says_that_its_inputs_changed(people: dict[str, Path], departments: dict[str, Path]) -> None:
    for path in (*people.values(), *departments.values()):
        grid = FileHost(path).tables()["tblChecks"]
        signs = [row[5] for row in grid.rows]
        assert signs and set(signs) <= {"✓", "▲"}, (path, signs)


def test_history_is_the_subjects_own(people: dict[str, Path]) -> None:
    for who, path in people.items():
        rows = FileHost(path).tables()["tblHistory"].rows
        assert [(row[1], row[2]) for row in rows] == [("2026-02", who), ("2026-03", who)]


def test_a_copy_can_be_read_as_a_book(people: dict[str, Path]) -> None:
    checked = read_and_check(FileHost(people["E011"]))
    assert [issue.code for issue in checked.issues if issue.severity == "error"] == []


def test_copies_are_deterministic(book: Path, people: dict[str, Path], tmp_path: Path) -> None:
    publish(book, tmp_path / "again.xlsx", copies="person", folder=tmp_path)
    with zipfile.ZipFile(tmp_path / "E011.xlsx") as one, zipfile.ZipFile(people["E011"]) as other:
        assert one.namelist() == other.namelist()
    assert (tmp_path / "E011.xlsx").read_bytes() == people["E011"].read_bytes()


def test_below_takes_every_level(book: Path) -> None:
    inputs = read_and_check(FileHost(book)).inputs
    assert below(inputs, "C00") == frozenset(NAMES)
