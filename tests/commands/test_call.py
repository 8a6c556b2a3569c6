"""Worksheet functions over lines of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpi_xl
from kpi_xl.commands.call import Json, call, call_lines
from kpi_xl.errors import FunctionError
from kpi_xl.functions import REGISTRY
from kpi_xl.labels import LANGS, Lang, table

numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from((0, 1, 1e-320, 1e300, 1e99)))
texts = st.one_of(
    st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=8),
    st.sampled_from((
        "RATIO", "RATIO_INV", "LINEAR", "STEP", "DEDUCT", "PASSFAIL", "RANGE", "GROWTH", "EFFICACY", "EFFICACY_SOE",
        "up", "down", "range", "—", "3%", "cap=none", "unit=1%; dn=2; mode=whole", "bands=T:100,B:60", "decimals=none",
        "previous=1e-300", "op=in; value=a", "l=3; u=4", "v=5,4,3,2,1", "below=ramp; zero=B", "points=1:60,2:70",
        "scale=1e-300", "op==; value=1e300", "floor=-1e99; cap=inf", "STEP", "BAND120", "step",
    )),
)  # fmt: skip
cells = st.one_of(numbers, texts)
arguments = st.one_of(cells, st.lists(cells, max_size=3), st.lists(st.lists(cells, max_size=3), max_size=3))


def answers(*lines: str, lang: Lang = "zh") -> list[Json]:
    return [json.loads(line) for line in call_lines(lines, lang)]


def test_one_value_a_line() -> None:
    assert answers(
        '["KPI_SCORE", "RATIO", 5.4, 5]',
        '["kpi_needed", "LINEAR", 97.8, 0.22, 0.18, 0.26]',
        '["KPI_SCORE", "RATIO", "—", 5]',
        '["KPI_RATIO", [[30], [120]], [[1000], [3000]]]',
        '["KPI_GRADE", 99.22]',
    ) == [108.0, 0.2178, "", [[0.03], [0.04]], "B"]


def test_arguments_by_name() -> None:
    by_name: dict[str, Json] = {"rule": "PASSFAIL", "actual": 0, "direction": "down", "params": "op=<; value=1"}
    assert call("KPI_SCORE", by_name) == 100.0
    assert answers(json.dumps(["KPI_SCORE", by_name])) == [100.0]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "E-CALL-LINE"),
        ("{}", "E-CALL-LINE"),
        ("[]", "E-CALL-LINE"),
        ("[1]", "E-CALL-LINE"),
        ("[" * 100_000, "E-CALL-LINE"),
        ('["KPI_SCOER", 1]', "E-FUNCTION-UNKNOWN"),
        ('["KPI_RATIO", 1]', "E-FUNCTION-ARGUMENTS"),
        ('["KPI_RATIO", 1, 2, 3]', "E-FUNCTION-ARGUMENTS"),
        ('["KPI_RATIO", {"num": 1, "den": 2, "x": 3}]', "E-FUNCTION-ARGUMENTS"),
        ('["KPI_RATIO", 1, 0]', "NON_FINITE"),
        ('["KPI_RATIO", [[1, 2]], [[1, 2, 3]]]', "E-ARG-SHAPE"),
        ('["KPI_RATIO", NaN, 1]', "NON_FINITE"),
    ],
)
def test_a_bad_line_is_an_error_and_stops_nothing(line: str, code: str) -> None:
    error, value = answers(line, '["KPI_RATIO", 1, 2]')
    assert isinstance(error, dict)
    assert error["error"] == code
    assert value == 0.5


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("KPI_SCOER", [1], "E-FUNCTION-UNKNOWN"),
        ("KPI_RATIO", [1], "E-FUNCTION-ARGUMENTS"),
        ("KPI_RATIO", 5, "E-FUNCTION-ARGUMENTS"),
    ],
)
def test_a_single_call_that_cannot_be_made_raises(name: str, args: Any, code: str) -> None:
    """The command line turns it into exit code 2."""
    with pytest.raises(FunctionError) as caught:
        call(name, args)
    assert caught.value.code == code


@pytest.mark.parametrize("lang", LANGS)
def test_a_rule_that_cannot_score_says_what_is_wrong_with_it(lang: Lang) -> None:
    """xh = xs is a configuration error of the efficacy rule (SR11)."""
    (answer,) = answers('["KPI_SCORE", "EFFICACY", 1, null, null, null, "up", "xs=6%; xh=6%"]', lang=lang)
    assert isinstance(answer, dict)
    assert answer["error"] == "CONFIG_ERROR"
    assert "6%, 6%" in str(answer["message"])
    assert "xs, xh" in str(answer["message"])


def test_half_a_character_is_quoted_as_it_came() -> None:
    (line,) = call_lines(['["KPI_RATIO", "\\ud800", 1]'])
    assert "\\ud800" in line
    assert json.loads(line)["error"] == "E-NUMBER"


def test_messages_speak_the_readers_language() -> None:
    (zh,), (en,) = (answers('["KPI_RATIO", 1, 0]', lang=lang) for lang in LANGS)
    assert isinstance(zh, dict)
    assert isinstance(en, dict)
    assert re.search("[一-鿿]", str(zh["message"]))
    assert not re.search("[一-鿿]", str(en["message"]))


@given(st.sampled_from(sorted(REGISTRY)), st.lists(arguments, max_size=7), st.sampled_from(LANGS))
def test_whatever_is_asked_there_is_an_answer_in_plain_json(name: str, args: list[Json], lang: Lang) -> None:
    (answer,) = answers(json.dumps([name, *args]), lang=lang)
    for cell in flat(answer):
        assert isinstance(cell, (int, float, str)) or set(cell) == {"error", "message"}
        if isinstance(cell, dict):
            assert "{" not in str(cell["message"]), "a fact of the message is missing"


def flat(answer: Json) -> Iterator[float | str | dict[str, Json]]:
    if isinstance(answer, list):
        for part in answer:
            yield from flat(part)
    else:
        assert answer is not None
        yield answer


ROOMS = ("functions", "scoring", "model")


def test_every_code_that_scoring_and_functions_use_has_a_message() -> None:
    root = Path(kpi_xl.__file__).parent
    sources = [root / "commands" / "call.py", *(file for room in ROOMS for file in (root / room).rglob("*.py"))]
    texts = [file.read_text(encoding="utf-8") for file in sources]
    codes = {code for text in texts for code in re.findall(r'"([EWI]-[A-Z-]+|CONFIG_ERROR|NON_FINITE)"', text)}
    assert len(codes) > 20
    assert codes <= set(table("messages"))


def test_messages_are_in_alphabetical_order() -> None:
    assert list(table("messages")) == sorted(table("messages"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_message_says_how_to_mend(lang: Lang) -> None:
    for code, words in table("messages").items():
        what, _, mend = words[lang].partition(" → ")
        if "{reason}" in what and not mend:
            continue  # the problem it quotes brings its own
        assert what, code
        assert mend, code
