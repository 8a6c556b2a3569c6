"""The sample company: the same at every call, whole where it must add up, and like a company where it must be believed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby

import pytest

from kpi_xl.book.sample import sample
from kpi_xl.book.starter import Content
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar

Fact = tuple[float, float]
FUNCTIONS = {"T1", "T2", "T3", "T4"}
PRINTED = "import hashlib; from kpi_xl.book.sample import sample; print(hashlib.sha256(repr(sample('{}')).encode()).hexdigest())"


@pytest.fixture(scope="module")
def content() -> Content:
    return sample("zh")


@pytest.fixture(scope="module")
def facts(content: Content) -> dict[tuple[str, str, str], Fact]:
    """Numerator (or the amount itself) and denominator by month, subject and indicator."""
    found = {}
    for row in content["tblActuals"]:
        if "-" in str(row["period"]) and not row.get("flag") and amount(row) is not None:
            found[str(row["period"]), str(row["subject"]), str(row["kpi"])] = amount(row), row.get("den") or 0.0
    return found  # type: ignore[return-value]


def amount(row: Mapping[str, Scalar]) -> Scalar:
    return row.get("num", row.get("value"))


def people_of(content: Content, unit: str) -> set[str]:
    return {str(row["subject"]) for row in content["tblSubjects"] if row["parent"] == unit and row["kind"] == "person"}


def value(kpi: str, fact: Fact) -> float:
    num, den = fact
    return num / den * indicators()[kpi].factor if den else num


def test_every_interpreter_tells_the_same_story() -> None:
    """Random numbers hang on names, not on the order of calls or on the interpreter's own hashes."""
    seeds = ("0", "4711")
    told = [
        subprocess.run(
            [sys.executable, "-c", PRINTED.format("en")],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in seeds
    ]  # fmt: skip
    assert told[0] == told[1] != ""


def test_both_languages_have_the_same_numbers(content: Content) -> None:
    english = sample("en")
    for table in ("tblTargets", "tblActuals", "tblPlan"):
        numbers = [
            [{column: cell for column, cell in row.items() if isinstance(cell, float)} for row in rows]
            for rows in (content[table], english[table])
        ]
        assert numbers[0] == numbers[1] != []


def test_it_says_that_it_is_a_sample() -> None:
    for lang, word in (("zh", "示例"), ("en", "sample")):
        start = sample(lang)  # type: ignore[arg-type]
        assert word in next(str(row["value"]) for row in start["tblSettings"] if row["key"] == "company")
        notes = {str(row["evidence"]) for row in start["tblActuals"] if row.get("evidence")}
        assert all(word in note for note in notes) and len(notes) > 5


def test_one_department_four_functions_and_their_people(content: Content) -> None:
    kinds = [row["kind"] for row in content["tblSubjects"]]
    assert kinds.count("department") == 1
    assert {row["template"] for row in content["tblSubjects"] if row["kind"] == "team"} == {
        "PLATFORM", "MERCHANDISE", "USER", "CONTENT",
    }  # fmt: skip
    assert kinds.count("person") >= 16
    assert all(len(people_of(content, unit)) >= 4 for unit in FUNCTIONS)


def test_a_persons_card_has_five_to_seven_indicators_one_or_two_of_them_judged(content: Content) -> None:
    jobs = {row["template"] for row in content["tblSubjects"] if row["kind"] == "person" and row["template"]}
    for job in jobs:
        rules = [row["rule"] for row in content["tblPlan"] if row["template"] == job]
        assert 5 <= len(rules) <= 7
        assert 1 <= sum(rule in ("RATING", "MILESTONE") for rule in rules) <= 2


def test_weights_are_whole_percents_and_fill_every_card(content: Content) -> None:
    filled: defaultdict[Scalar, float] = defaultdict(float)
    for row in content["tblPlan"]:
        filled[row["template"]] += 100 * float(str(row["weight"]))
    assert {round(total, 9) for total in filled.values()} == {100.0}


def test_facts_of_two_years(content: Content, facts: dict[tuple[str, str, str], Fact]) -> None:
    months = sorted({month for month, _, _ in facts})
    assert (len(months), months[0], months[-1]) == (24, "2023-04", "2025-03")
    assert {month for month, unit, _ in facts if unit == "D01"} == set(months)


def test_people_add_up_to_their_function(content: Content, facts: dict[tuple[str, str, str], Fact]) -> None:
    """Wherever the people's figures are known, they are the function's to the last unit."""
    gaps = {
        (row["period"], row["kpi"])
        for row in content["tblActuals"]
        if amount(row) is None and not row.get("flag")
    }
    compared = 0
    for unit in FUNCTIONS:
        people = people_of(content, unit)
        for (month, subject, kpi), whole in facts.items():
            parts = [facts[month, person, kpi] for person in people if (month, person, kpi) in facts]
            if subject == unit and parts and (month, kpi) not in gaps:
                assert tuple(map(sum, zip(*parts, strict=True))) == whole, (month, unit, kpi)
                compared += 1
    assert compared > 24 * 15


def test_functions_add_up_to_the_department(facts: dict[tuple[str, str, str], Fact]) -> None:
    """Each of the department's indicators belongs to one function at most, whose figure it is."""
    shared = {(month, kpi) for month, unit, kpi in facts if unit == "D01"} & {
        (month, kpi) for month, unit, kpi in facts if unit in FUNCTIONS
    }
    assert {kpi for _, kpi in shared} >= {"GPM", "MAU", "RET", "CVR", "CSAT", "IPV"}
    for month, kpi in shared:
        owners = [facts[month, unit, kpi] for unit in FUNCTIONS if (month, unit, kpi) in facts]
        assert owners == [facts[month, "D01", kpi]]


def test_the_year_has_its_seasons(facts: dict[tuple[str, str, str], Fact]) -> None:
    gmv = {month: facts[month, "T1", "GMV"][0] for month, unit, kpi in facts if (unit, kpi) == ("T1", "GMV")}
    for start in ("2023-04", "2024-04"):
        year = [month for month in sorted(gmv) if month >= start][:12]
        mean = sum(gmv[month] for month in year) / 12
        november, june = (next(month for month in year if month.endswith(end)) for end in ("-11", "-06"))
        assert gmv[november] == max(gmv[month] for month in year) > 1.3 * mean
        assert gmv[june] > 1.05 * mean
    assert gmv["2024-02"] == min(gmv.values())      # Spring Festival
    assert gmv["2024-11"] > gmv["2023-11"]


def test_the_warehouse_jam_is_seen(facts: dict[tuple[str, str, str], Fact]) -> None:
    hours = {month: value("OPT", fact) for (month, unit, kpi), fact in facts.items() if (unit, kpi) == ("D01", "OPT")}
    assert max(hours, key=lambda month: hours[month]) == "2024-11"
    assert hours["2024-11"] > 1.4 * hours["2023-11"]


def test_the_stock_out_is_one_persons(facts: dict[tuple[str, str, str], Fact]) -> None:
    rates = {subject: value("OOS", fact) for (month, subject, kpi), fact in facts.items() if (month, kpi) == ("2025-03", "OOS")}
    assert max(rates, key=lambda subject: rates[subject]) == "P09"
    assert rates["P09"] > 1.3 * rates["T2"]


def test_no_two_people_have_the_same_numbers(facts: dict[tuple[str, str, str], Fact]) -> None:
    ordered = sorted((month, subject) for month, subject, _ in facts if subject.startswith("P"))
    for month, pairs in groupby(sorted(set(ordered)), key=lambda pair: pair[0]):
        people = [subject for _, subject in pairs]
        numbers = [
            frozenset((kpi, fact) for (when, subject, kpi), fact in facts.items() if (when, subject) == (month, person))
            for person in people
        ]
        assert len(set(numbers)) == len(people)


def test_rates_are_rates(facts: dict[tuple[str, str, str], Fact]) -> None:
    for (month, subject, kpi), fact in facts.items():
        if indicators()[kpi].unit == "%":
            assert 0 < value(kpi, fact) <= 1, (month, subject, kpi)


def test_joiners_leaver_and_transfer(content: Content, facts: dict[tuple[str, str, str], Fact]) -> None:
    months = {person: sorted({when for when, subject, _ in facts if subject == person}) for person in ("P06", "P16", "P21")}
    assert months["P06"][-1] == "2025-02"
    assert months["P16"][0] == "2025-03"
    assert months["P21"][0] == "2024-09"
    flags = {row.get("flag") for row in content["tblActuals"] if (row["period"], row["subject"]) == ("2025-03", "P06")}
    assert flags == {"EXCLUDED"}
    moved = [row for row in content["tblRoles"] if row["person"] == "P22"]
    assert [(row["parent"], row["template"]) for row in moved] == [("T4", "CT_EDIT"), ("T3", "US_CRM")]
    assert {str(row["subject"]) for row in content["tblActuals"]} >= {"P22", "P22#2"}


def test_everybody_is_rated_from_three_sides_and_by_himself(content: Content) -> None:
    raters: defaultdict[tuple[Scalar, ...], list[Scalar]] = defaultdict(list)
    for row in content["tblRatings"]:
        raters[row["period"], row["subject"], row["kpi"]].append(row["role"])
    assert len(raters) > 3 * 16
    for roles in raters.values():
        assert roles.count("上级") == 1
        assert roles.count("自评") == 1
        assert {"同级", "协作"} < set(roles)


def test_the_steps_of_a_plan_fill_every_period(content: Content) -> None:
    weights: defaultdict[Scalar, float] = defaultdict(float)
    for row in content["tblMilestones"]:
        weights[row["period"]] += float(str(row["weight"]))
    assert {month: round(total, 9) for month, total in weights.items()} == {
        "2025-01": 1, "2025-02": 1, "2025-03": 1, "2025Q1": 1,
    }  # fmt: skip


def test_adjustments_say_why_and_who(content: Content) -> None:
    kinds = [row["kind"] for row in content["tblAdjustments"]]
    assert {"bonus", "penalty", "waiver"} <= set(kinds)
    assert all(row["reason"] and row["approver"] and row["evidence"] for row in content["tblAdjustments"])
