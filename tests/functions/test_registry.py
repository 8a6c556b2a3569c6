"""Every registered function is documented in both languages, in the room that Excel gives."""

from __future__ import annotations

import re
import subprocess
import sys
from string import ascii_uppercase, digits

import pytest

from kpi_xl.book.queries import FUNCTIONS, QUERIES
from kpi_xl.functions import REGISTRY, FunctionSpec
from kpi_xl.functions.registry import LONGEST_HELP
from kpi_xl.labels import LANGS, table
from kpi_xl.scoring.grades import SCHEMES
from kpi_xl.scoring.rules import RULES

SPECS = [pytest.param(spec, id=name) for name, spec in FUNCTIONS.items()]


def test_the_functions_of_the_specification_are_there() -> None:
    assert set(REGISTRY) >= {
        "KPI_SCORE", "KPI_NEEDED", "KPI_ATTAIN", "KPI_GROWTH", "KPI_RATIO", "KPI_ROUND", "KPI_GRADE", "KPI_COEF",
    }  # fmt: skip


@pytest.mark.parametrize("spec", SPECS)
def test_every_function_and_argument_has_help_in_both_languages(spec: FunctionSpec) -> None:
    for lang in LANGS:
        for text in (spec.summary(lang), *(argument.help(lang) for argument in spec.arguments)):
            assert 0 < len(text) <= LONGEST_HELP


def test_queries_join_the_functions_and_take_the_name_of_none() -> None:
    assert set(QUERIES) == {"KPI_FACT", "KPI_SCORECARD", "KPI_WHY"}
    assert not set(QUERIES) & set(REGISTRY)
    assert {name for name, spec in FUNCTIONS.items() if spec.reads_book} == set(QUERIES)
    assert list(FUNCTIONS) == sorted(FUNCTIONS)


@pytest.mark.parametrize("spec", SPECS)
def test_what_vba_describes_in_english_is_ascii(spec: FunctionSpec) -> None:
    assert spec.summary("en").isascii()


def test_every_text_of_help_belongs_to_something() -> None:
    used = set(FUNCTIONS) | {argument.help_key for spec in FUNCTIONS.values() for argument in spec.arguments}
    assert set(table("functions")) == used


@pytest.mark.parametrize("spec", SPECS)
def test_a_name_is_no_cell_address(spec: FunctionSpec) -> None:
    assert re.fullmatch(r"KPI_[A-Z_]+", spec.name)
    assert set(spec.name) <= set(ascii_uppercase + digits + "_")


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_optional_comes_last(spec: FunctionSpec) -> None:
    optional = [argument.optional for argument in spec.arguments]
    assert optional == sorted(optional)


def test_arguments_keep_the_order_of_the_specification() -> None:
    names = [argument.name for argument in REGISTRY["KPI_SCORE"].arguments]
    assert names == ["rule", "actual", "target", "threshold", "stretch", "direction", "params"]


@pytest.mark.parametrize("lang", LANGS)
def test_help_names_every_rule_and_scheme(lang: str) -> None:
    texts = table("functions")
    assert set(RULES) <= set(re.findall(r"[A-Z_]+", texts["rule"][lang]))
    assert set(SCHEMES) <= set(re.findall(r"[A-Z]+\d*", texts["scheme"][lang]))


def test_importing_the_functions_brings_no_heavy_package() -> None:
    """Excel waits for this import at the first cell."""
    program = "import sys, kpi_xl.functions; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "kpi_xl.scoring.rules" in loaded
    assert not loaded & {"numpy", "pandas", "openpyxl", "xlsxwriter", "xlwings"}
