"""The catalogue of worksheet functions is what the registry and the examples say today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.commands.catalogue import FILES, catalogue, catalogue_page
from kpi_xl.functions.examples import examples, formula
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang

FOLDER = Path(__file__).parents[2] / "udfs"


@pytest.fixture(scope="module")
def pages() -> dict[Lang, str]:
    return {lang: catalogue_page(lang, FileHost) for lang in LANGS}


@pytest.mark.parametrize("lang", LANGS)
def test_the_committed_catalogue_is_not_stale(pages: dict[Lang, str], lang: Lang) -> None:
    assert (FOLDER / FILES[lang]).read_text(encoding="utf-8") == pages[lang]


@pytest.mark.parametrize("lang", LANGS)
def test_every_function_has_a_section_with_its_arguments_and_executed_examples(
    pages: dict[Lang, str], lang: Lang
) -> None:
    sections = dict(re.findall(r"^## (KPI_\w+)\n(.*?)(?=^## |\Z)", pages[lang], re.DOTALL | re.MULTILINE))
    assert list(sections) == list(FUNCTIONS)
    for name, spec in FUNCTIONS.items():
        assert spec.summary(lang) in sections[name]
        for argument in spec.arguments:
            assert f"| `{argument.name}`" in sections[name]
            assert argument.help(lang).replace("|", "&#124;") in sections[name]
        for call in examples()[name]:
            (shown,) = re.findall(rf"^\| `{re.escape(formula(name, call))}` \| (.+) \|$", sections[name], re.MULTILINE)
            assert shown
            assert "{" not in shown


@pytest.mark.parametrize("lang", LANGS)
def test_examples_show_published_numbers(pages: dict[Lang, str], lang: Lang) -> None:
    """E2E-1 scores 99.22, grade B; rank-order centroids of three are 11/18, 5/18 and 2/18."""
    assert "| 0.6111111111; 0.2777777778; 0.1111111111 |" in pages[lang]
    assert re.search(r"^\|.* 99\.22 \|", pages[lang], re.MULTILINE)
    assert "| `=KPI_GRADE(99.22)` | B |" in pages[lang]
    assert "| `=KPI_RATIO(5,0)` | `#DIV/0!` |" in pages[lang]


def test_both_pages_are_written(tmp_path: Path, pages: dict[Lang, str]) -> None:
    receipt = catalogue(tmp_path, FileHost)
    assert receipt.exit_code == 0
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        FILES[lang]: pages[lang] for lang in LANGS
    }
