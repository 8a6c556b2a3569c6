"""Every kind that a message may name has its word in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kpi_xl.facts.formula as room
from kpi_xl.facts.formula.catalog import Kind
from kpi_xl.labels import LANGS, Lang, message, table


def spoken() -> set[str]:
    """What E-FORMULA-KIND is raised with: kinds, and words of its own."""
    found = {kind.value for kind in Kind}
    for path in Path(room.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "'E-FORMULA-KIND'":
                found |= {str(each.value.value) for each in node.keywords if isinstance(each.value, ast.Constant)}
    return found


def test_every_kind_has_a_word() -> None:
    words = {key.removeprefix("kind.") for key in table("raw") if key.startswith("kind.")}
    assert words == spoken()


@pytest.mark.parametrize("lang", LANGS)
def test_the_message_speaks_the_reader_s_language(lang: Lang) -> None:
    said = message("E-FORMULA-KIND", {"at": 5, "found": "month", "wanted": "whole days"}, lang)
    assert said.startswith({"zh": "第 5 个字符：这里是期间，应为整数天", "en": "Character 5: this is a period, wanted whole days"}[lang])
