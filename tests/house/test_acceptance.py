"""The acceptance pages: the same test in both languages, every button in it, and nothing claimed that was not seen."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from kpi_xl.book.ribbon import BUTTONS
from kpi_xl.labels import LANGS, Lang, label

PAGES: dict[Lang, Path] = {
    "en": Path(__file__).parents[2] / "docs" / "acceptance.md",
    "zh": Path(__file__).parents[2] / "docs" / "acceptance.zh-CN.md",
}
UNSEEN: dict[Lang, str] = {"en": "**Nothing on this page has been run yet.**", "zh": "**本页的任何一项都还没有测过。**"}


def rows(lang: Lang) -> list[tuple[str, tuple[str, ...]]]:
    """Number of each row, and its result cells: Windows Excel, Mac Excel, WPS."""
    lines = re.findall(r"^\| (\*{0,2}\d+\.\d+\*{0,2}) \|(.*)\|$", PAGES[lang].read_text(encoding="utf-8"), re.MULTILINE)
    return [(number, tuple(cell.strip() for cell in rest.split("|"))[2:]) for number, rest in lines]


def test_both_languages_ask_for_the_same() -> None:
    assert rows("en") == rows("zh")


@pytest.mark.parametrize("lang", LANGS)
def test_the_rows_are_numbered_without_a_gap(lang: Lang) -> None:
    places = [tuple(map(int, number.strip("*").split("."))) for number, _ in rows(lang)]
    assert places == sorted(places)
    for before, after in pairwise(places):
        assert after in ((before[0], before[1] + 1), (before[0] + 1, 1))


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_without_results_says_that_nothing_was_run(lang: Lang) -> None:
    given = {cell for _, cells in rows(lang) for cell in cells} - {"", "—"}
    assert {len(cells) for _, cells in rows(lang)} == {3}
    assert (UNSEEN[lang] in PAGES[lang].read_text(encoding="utf-8")) == (given == set())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.key)
def test_every_button_is_tried(button: object, lang: Lang) -> None:
    assert label("ribbon", f"button.{button.key}", lang) in PAGES[lang].read_text(encoding="utf-8")  # type: ignore[attr-defined]
