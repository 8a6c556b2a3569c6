"""Every code has its sentence in both languages, every sentence its code, and every hole of a sentence its fact."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import kpi_xl
from kpi_xl.commands.check import check
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, table
from tests.commands.damage import damaged, put

MESSAGES = table("messages")
CODE = re.compile(r"[EWI]-[A-Z]+(?:-[A-Z]+)*")
CARRIERS = ("WorkbookError", "MethodError", "FunctionError", "Issue", "Problem")
ADDED = {
    "E-BOOK-SHARED-FORMULA": {"book", "sheet"},         # by the host, which knows them
    "W-PARAM-MISSING": {"rule"},                        # by whoever compiles a rule, as in the next ones
    "E-PARAM-SEGMENTS": {"rule"}, "E-PARAM-UNKNOWN": {"rule"}, "E-PARAM-SYNTAX": {"rule"}, "E-PARAM-ORDER": {"rule"},
    "E-PARAM-NUMBER": {"rule"}, "E-PARAM-CHOICE": {"rule"}, "E-PARAM-DUPLICATE": {"rule"},
}  # fmt: skip


def sources() -> Iterator[ast.Module]:
    for path in sorted(Path(kpi_xl.__file__).parent.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def texts() -> set[str]:
    """Every string that stands in the source."""
    found = {node.value for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in found if isinstance(text, str)}


def holes(code: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(MESSAGES[code]["zh"]) if name}


def raised() -> Iterator[tuple[str, set[str]]]:
    """Code and fact names of every place that writes both out."""
    for tree in sources():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CARRIERS):
                continue
            facts = _facts(node)
            if node.args and isinstance(node.args[0], ast.Constant) and facts is not None:
                yield str(node.args[0].value), facts


def _facts(call: ast.Call) -> set[str] | None:
    if not isinstance(call.func, ast.Name) or call.func.id not in ("Issue", "Problem"):
        names = [keyword.arg for keyword in call.keywords]
        return None if None in names else {name for name in names if name}
    given = next((each for each in call.args if isinstance(each, ast.Dict)), None)
    if given is None or None in given.keys:
        return None
    return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}


def test_every_code_has_its_sentence_and_every_sentence_its_code() -> None:
    written = texts()
    assert {text for text in written if CODE.fullmatch(text)} - set(MESSAGES) == set()
    assert set(MESSAGES) - written == set()


def test_the_sentences_stand_in_the_order_of_their_codes() -> None:
    assert list(MESSAGES) == sorted(MESSAGES)


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_says_what_and_then_how_to_mend_it(code: str) -> None:
    for lang, stop in (("zh", "。"), ("en", ".")):
        text = MESSAGES[code][lang]
        if CODE.fullmatch(code):
            assert text.count(" → ") == 1
            assert text.endswith(stop)


def test_the_facts_of_a_sentence_are_given_wherever_its_code_is_raised() -> None:
    """Where the source does not write them out, `test_bad_cells` and its neighbours show an occurrence."""
    given = list(raised())
    assert len(given) > 60
    lacking = {(code, hole) for code, facts in given for hole in holes(code) - facts}
    assert lacking - {(code, hole) for code, added in ADDED.items() for hole in added} == set()


def test_facts_are_shown_in_numbers_a_person_types(tmp_path: Path) -> None:
    issue = check(FileHost(damaged(tmp_path, put({"考核方案!D6": 0.25})))).issues[0]
    said = {lang: MESSAGES[issue.code][lang].format(**issue.args) for lang in LANGS}
    assert "1.1" in said["zh"]
    assert "-0.1" in said["zh"]
    assert "1.1" in said["en"]
