"""The shipped library against the tables it was written from, and against the shares worked out by hand."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_xl.library import IndicatorEntry, indicators, preset, presets

SPEC = Path(__file__).resolve().parents[2].parent / "shared" / "spec"
LANGUAGES = ("zh", "en")
TEXTS = ("definition", "traps", "owner", "source")

# Source: domain specification, section 2.4, table "Mode and function presets": F/U/O, S/L (medium counts half to each),
# P/R and I/E shares in percent.
SHARES = {
    "DECK12": ((35, 40, 25), (70, 30), (35, 65), (25, 75)),
    "B2C": ((35, 40, 25), (67.5, 32.5), (30, 70), (25, 75)),
    "B2B": ((40, 35, 25), (62.5, 37.5), (30, 70), (30, 70)),
    "C2C": ((35, 35, 30), (67.5, 32.5), (35, 65), (15, 85)),
    "O2O": ((35, 45, 20), (67.5, 32.5), (35, 65), (10, 90)),
    "PLATFORM": ((40, 25, 35), (80, 20), (60, 40), (40, 60)),
    "MERCHANDISE": ((35, 0, 65), (85, 15), (35, 65), (60, 40)),
    "USER": ((15, 80, 5), (35, 65), (40, 60), (15, 85)),
    "CONTENT": ((0, 10, 90), (67.5, 32.5), (70, 30), (25, 75)),
}


def specification(name: str) -> str:
    file = SPEC / name
    if not file.exists():
        pytest.skip(f"the specification table {name} is not here")
    return file.read_text(encoding="utf-8-sig")


def shares(name: str, tag: str) -> dict[str, float]:
    """Percent of the scorecard's weight carried by each value of one tag."""
    carried: defaultdict[str, float] = defaultdict(float)
    for code, points in presets()[name].percent.items():
        carried[getattr(indicators()[code], tag)] += points
    return carried


def entries() -> Iterator[IndicatorEntry]:
    return iter(indicators().values())


def typed_plainly(text: str) -> str:
    """Full-width brackets and the like as their ASCII forms, so that only the wording is compared."""
    return unicodedata.normalize("NFKC", text)


def test_there_are_67_indicators_and_nine_presets() -> None:
    assert len(indicators()) == 67
    assert list(presets()) == list(SHARES)


def test_indicators_agree_with_the_specification() -> None:
    column_of = {"perspective": "persp", "direction": "dir", "owner_zh": "owner", "source_zh": "source"}
    names = (
        "code",
        "zh",
        "en",
        "perspective",
        "direction",
        "unit",
        "agg_time",
        "agg_unit",
        "variant",
        "nature",
        "scope",
        "horizon",
        "deck",
        "owner_zh",
        "source_zh",
    )
    rows = csv.DictReader(specification("indicators.csv").splitlines())
    for entry, row in zip(entries(), rows, strict=True):
        found = {name: typed_plainly(getattr(entry, name)) for name in names}
        assert found == {name: typed_plainly(row[column_of.get(name, name)]) for name in names}


def test_rules_agree_with_the_specification() -> None:
    rows = csv.DictReader(specification("indicators.csv").splitlines())
    for row in rows:
        numbered = row["rule"].split()[1]
        assert numbered.removesuffix("(pp)") == indicators()[row["code"]].rule


def test_presets_agree_with_the_specification() -> None:
    wanted = json.loads(specification("presets.json"))
    for name, percent in wanted.items():
        assert list(preset(name).percent.items()) == list(percent.items())
    assert len(wanted) == len(presets())


@pytest.mark.parametrize("name", SHARES)
def test_preset_adds_to_100_over_known_indicators(name: str) -> None:
    assert sum(presets()[name].percent.values()) == 100
    assert sum(presets()[name].weights.values()) == pytest.approx(1, abs=1e-9)
    assert presets()[name].percent.keys() <= indicators().keys()


@pytest.mark.parametrize("name", SHARES)
def test_shares_of_preset_are_the_worked_ones(name: str) -> None:
    perspective, horizon, nature, scope = SHARES[name]
    assert tuple(shares(name, "perspective")[tag] for tag in "FUO") == perspective
    medium = shares(name, "horizon")["M"] / 2
    assert tuple(shares(name, "horizon")[tag] + medium for tag in "SL") == horizon
    assert tuple(shares(name, "nature")[tag] for tag in "PR") == nature
    assert tuple(shares(name, "scope")[tag] for tag in "IE") == scope


@pytest.mark.parametrize("code", indicators())
def test_every_text_is_there_in_both_languages(code: str) -> None:
    entry = indicators()[code]
    for language in LANGUAGES:
        assert getattr(entry, language).strip()
        assert all(getattr(entry, f"{text}_{language}").strip() for text in TEXTS)
    english = " ".join(getattr(entry, f"{text}_en") for text in TEXTS) + entry.en + entry.unit_en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)


@pytest.mark.parametrize("code", indicators())
def test_definition_passes_the_smart_lint(code: str) -> None:
    # Source: domain specification, section 1.1, checks L-S2 (at least 10 characters, not the name) and L-S5 (vague verbs).
    entry = indicators()[code]
    vague = (
        "提升",
        "加强",
        "改善",
        "优化",
        "努力",
        "尽量",
        "适当",
        "较好",
        "基本",
        "进一步",
        "improve",
        "enhance",
        "better",
    )
    for language in LANGUAGES:
        definition: str = getattr(entry, f"definition_{language}")
        assert len(definition) >= 10
        assert definition != getattr(entry, language)
        assert not any(verb in definition for verb in vague)


def test_presets_are_described_in_both_languages() -> None:
    for card in presets().values():
        assert card.zh and card.en and card.description_zh and card.description_en


def test_units_translate_one_to_one() -> None:
    pairs = {(entry.unit, entry.unit_en) for entry in entries()}
    assert len(pairs) == len({zh for zh, _ in pairs}) == len({en for _, en in pairs})


def test_exceptional_indicators_are_exactly_these() -> None:
    # Source: domain specification, sections 2.1 and 2.2.
    assert {entry.code: entry.factor for entry in entries() if entry.factor != 1} == {"NPS": 100, "COMP": 10000}
    assert {entry.code for entry in entries() if entry.undefined_den} == {"GPM", "NPM", "ROI", "MKTR", "DSO"}
    assert {entry.code for entry in entries() if entry.frequency == "Q"} == {"BRAND"}
    assert {entry.code for entry in entries() if entry.min_n == 30} == {
        "RET",
        "CVR",
        "CSAT",
        "STICK",
        "NEWB",
        "RPR",
        "NPS",
        "BRAND",
        "ATC",
        "RATING",
        "PRECVR",
    }
    assert {entry.code for entry in entries() if entry.digits == 4} == {
        "REV",
        "GMV",
        "MAU",
        "NUSER",
        "UV",
        "IPV",
        "ORD",
        "SELLER",
        "INQ",
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("DECK12", "DECK12"),
        ("b2b", "B2B"),
        ("content", "CONTENT"),
        ("商品运营", "MERCHANDISE"),
        ("o2o 本地生活", "O2O"),
    ],
)
def test_preset_is_found_by_id_or_chinese_name(asked: str, found: str) -> None:
    assert preset(asked).id == found


def test_an_unknown_preset_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        preset("D2C")
