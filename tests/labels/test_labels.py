"""Every word has both languages, fits where it is shown, and stands for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

import kpi_xl
import kpi_xl.labels
from kpi_xl.book.render.form import FORM, SIGNERS, STRIP
from kpi_xl.book.render.home import STEPS
from kpi_xl.book.sheets import ALL_SHEETS, TABLES
from kpi_xl.book.table import Column, Table
from kpi_xl.book.tables import inputs, weights
from kpi_xl.book.tables.results import SETTING_PARAMETERS
from kpi_xl.labels import LANGS, Lang, keys_by_label, label, table
from kpi_xl.model.status import CardStatus, Status

FILES = sorted(
    file.name.removesuffix(".toml") for file in files(kpi_xl.labels).iterdir() if file.name.endswith(".toml")
)
FAMILIES = {
    "weigh_method": weights.ADVISORY,
    "status": tuple(status.name for status in Status),
    "card": tuple(status.name for status in CardStatus),
    "origin": ("TYPED", "NONE", "RAW", "TIME", "UNITS", "POOL3", "LAST"),
    "policy_note": inputs.POLICIES,
    "level": ("excellent", "good", "fair", "poor", "bad"),
    "role": ("superior", "peer", "partner", "subordinate", "self", "expert", "customer"),
}
ENUMS = {
    "KINDS": "kind", "EFFECTS": "effect", "FLAGS": "flag", "POLICIES": "policy", "DIRECTIONS": "direction",
    "PERSPECTIVES": "perspective", "SUBJECT_KINDS": "subject_kind", "STATES": "state", "LOCKED_STATES": "state",
    "BLOCKS": "block", "RULES": "rule",
}  # fmt: skip
LETTERS = {
    ("tblPeriods", "kind"): "period_kind", ("tblIndicators", "frequency"): "period_kind",
    ("tblIndicators", "nature"): "nature", ("tblIndicators", "scope"): "scope",
    ("tblIndicators", "horizon"): "horizon", ("tblPlan", "core"): "core",
    ("tblAnnual", "mode"): "spread", ("tblAnnual", "method"): "method", ("tblResets", "reason"): "reset",
    ("tblResets", "committee"): "core",
    ("tblWeighing", "method"): "weigh_method", ("tblWeighing", "stated"): "weigh_method",
    ("tblWeighing", "objective"): "weigh_method", ("tblWeighing", "combination"): "combination",
    ("tblRaci", "role"): "raci", ("tblRaci", "mode"): "sharing", ("tblOverrides", "check"): "gate",
    ("tblSources", "kind"): "source_kind", ("tblSources", "active"): "core",
    ("tblWeighing", "cr"): "cr_limit", ("tblWeighing", "bwm"): "bwm_model",
    ("tblWeighing", "ahp"): "ahp_way", ("tblWeighing", "group"): "group", ("tblGoalLinks", "strength"): "strength",
}  # fmt: skip
PROMPT = 200
"""Excel shows at most 255 characters of an input prompt; this leaves room and stays readable."""


def columns() -> Iterator[tuple[Table, Column]]:
    return ((owner, column) for owner in TABLES.values() for column in owner.columns)


def entries() -> Iterator[tuple[str, Lang, str]]:
    """Where, language, words; of every file."""
    return (
        (f"{name}: {key}", lang, words[lang]) for name in FILES for key, words in table(name).items() for lang in LANGS
    )


def text_enums() -> set[str]:
    return {
        name
        for name, codes in vars(inputs).items()
        if isinstance(codes, tuple) and codes and all(isinstance(code, str) for code in codes)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_row_of_words_is_one_pair_of_filled_lines(name: str) -> None:
    for key, words in table(name).items():
        assert set(words) == set(LANGS), key
        for text in words.values():
            assert text == text.strip() != "", key
            assert text.isprintable(), key


@pytest.mark.parametrize("name", FILES)
def test_both_languages_fill_in_the_same_facts(name: str) -> None:
    for key, words in table(name).items():
        facts = [{field for _, field, _, _ in Formatter().parse(words[lang]) if field is not None} for lang in LANGS]
        assert facts[0] == facts[1], key
        assert "" not in facts[0], key


def test_chinese_is_simplified() -> None:
    """GB 2312 holds the simplified characters and not their traditional forms."""
    for where, _, text in entries():
        for character in re.findall(r"[\u4e00-\u9fff]", text):
            assert character.encode("gb2312", "replace") != b"?", f"{where}: {character}"


def test_nothing_is_shouted_or_begged_for() -> None:
    for where, lang, text in entries():
        assert not set(text) & set("!！"), where
        assert lang == "zh" or not re.search(r"\bplease\b", text, re.IGNORECASE), where


def test_every_sheet_has_a_name_that_excel_accepts() -> None:
    assert set(table("sheets")) == {sheet.key for sheet in ALL_SHEETS}
    for lang in LANGS:
        names = [label("sheets", sheet.key, lang) for sheet in ALL_SHEETS]
        assert len({name.casefold() for name in names}) == len(ALL_SHEETS)
        for name in names:
            assert len(name) <= 31
            assert not set(name) & set(r":\/?*[]'")
            assert name.casefold() != "history", "Excel keeps this name for its own change history"


def test_every_column_has_a_heading_and_every_heading_a_column() -> None:
    assert set(table("columns")) == {f"{owner.name}.{column.key}" for owner, column in columns()}


@pytest.mark.parametrize("name", TABLES)
def test_a_heading_means_one_column_whatever_its_case_and_language(name: str) -> None:
    meant: dict[str, set[str]] = {}
    for key in (f"{name}.{column.key}" for column in TABLES[name].columns):
        for lang in LANGS:
            meant.setdefault(label("columns", key, lang).casefold(), set()).add(key)
    assert {heading: keys for heading, keys in meant.items() if len(keys) > 1} == {}
    assert set(keys_by_label("columns", f"{name}.").values()) == set().union(*meant.values())


def test_headings_are_short_and_safe_in_a_table() -> None:
    longest = {"input": {"zh": 8, "en": 17}, "system": {"zh": 8, "en": 21}}
    for owner, column in columns():
        for lang in LANGS:
            heading = label("columns", f"{owner.name}.{column.key}", lang)
            assert len(heading) <= longest[owner.owner][lang], heading
            assert not set(heading) & set("[]#'@\n"), heading


def test_every_code_that_people_choose_has_words() -> None:
    assert text_enums() == set(ENUMS)
    wanted = {f"{ENUMS[name]}.{code}" for name in ENUMS for code in getattr(inputs, name)}
    wanted |= {f"{family}.{code}" for family, codes in FAMILIES.items() for code in codes}
    wanted |= {f"{family}.{code}" for place, family in LETTERS.items() for code in choices(*place)}
    assert set(table("words")) == wanted


def choices(name: str, column: str) -> tuple[str, ...]:
    return TABLES[name].columns[TABLES[name].position(column)].choices


def test_every_drop_down_offers_codes_that_have_words() -> None:
    enums = {getattr(inputs, name) for name in ENUMS}
    for owner, column in columns():
        assert not column.choices or column.choices in enums or (owner.name, column.key) in LETTERS, column.key


@pytest.mark.parametrize("family", sorted({key.partition(".")[0] for key in table("words")}))
def test_a_word_stands_for_one_code_of_its_family(family: str) -> None:
    codes = [key for key in table("words") if key.startswith(f"{family}.")]
    for lang in LANGS:
        assert len({label("words", code, lang).casefold() for code in codes}) == len(codes)


def test_every_sheet_says_what_it_is_for() -> None:
    assert {key for key in table("notes") if key.startswith("sheet.")} == {f"sheet.{sheet.key}" for sheet in ALL_SHEETS}


def test_every_sheet_after_the_cover_has_a_line_in_the_contents() -> None:
    wanted = {f"short.{sheet.key}" for sheet in ALL_SHEETS if sheet.group != "cover"}
    assert {key for key in table("notes") if key.startswith("short.")} == wanted


def test_every_input_cell_says_what_to_type() -> None:
    wanted = {f"{owner.name}.{column.key}" for owner, column in columns() if column.kind == "input"}
    assert {key for key in table("notes") if not key.startswith(("sheet.", "short."))} == wanted
    for key in wanted:
        for lang in LANGS:
            assert len(label("notes", key, lang)) <= PROMPT, f"{key} {lang}: {len(label('notes', key, lang))}"


@pytest.mark.parametrize("lang", LANGS)
def test_a_prompt_names_every_code_of_its_list(lang: Lang) -> None:
    for owner, column in columns():
        prompt = (
            re.findall(r"[\w-]+", label("notes", f"{owner.name}.{column.key}", lang), re.ASCII) if column.choices else []
        )
        assert set(column.choices) <= set(prompt), f"{owner.name}.{column.key}"
    stages = re.findall(r"\w+", label("settings", "state", lang), re.ASCII)
    assert set(inputs.STATES) <= set(stages)


def test_every_setting_that_formulas_read_has_a_note() -> None:
    assert set(SETTING_PARAMETERS) <= set(table("settings"))


def test_every_word_that_the_code_asks_for_is_there() -> None:
    """Literal keys in the source, and the keys that the form and the cover are made of."""
    asked = {("form", f"column.{part.key}") for part in FORM} | {("form", f"strip.{part[0]}") for part in STRIP}
    asked |= {("form", f"sign.{key}") for _, key in SIGNERS}
    asked |= {("form", f"{part}.{step}") for step in range(1, len(STEPS) + 1) for part in ("step", "step_note")}
    for source in Path(kpi_xl.__file__).parent.rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\blabel\("(\w+)", "([\w.]+)"', text))
        asked |= {("form", key) for key in re.findall(r'\bwords(?:_formula)?\("([\w.]+)"', text)}
    assert {(name, key) for name, key in asked if key not in table(name)} == set()
    assert len(asked) > len(FORM) + len(STRIP)


@pytest.mark.parametrize("lang", LANGS)
def test_the_worked_example_adds_up(lang: Lang) -> None:
    """Between threshold (60 points) and target (100 points) the score is a straight line."""
    given = [int(number) for number in re.findall(r"\d+", label("form", "example.1", lang))]
    threshold, target, _, weight = given
    third, fourth = (label("form", f"example.{line}", lang) for line in (3, 4))
    score = 60 + (21 - threshold) / (target - threshold) * 40
    assert f"({target} − {threshold})" in third
    assert re.findall(r"\d+\.\d\d", third) == [f"{score:.2f}"]
    assert re.findall(r"\d+\.\d\d", fourth) == [f"{score:.2f}", f"{score * weight / 100:.2f}"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_steps_on_the_cover_carry_the_names_of_their_sheets(lang: Lang) -> None:
    for step, sheet in enumerate(("plan", "targets", "subjects", "actuals"), start=1):
        assert label("form", f"step.{step}", lang) == label("sheets", sheet, lang)
