"""Targets that units split: written exactly, from the goal of a year or from the target of one period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_xl.book.starter import Content
from kpi_xl.book.tables.inputs import TARGETS
from kpi_xl.book.tables.targets import DECOMPOSITION, PARTS, PROPOSALS
from kpi_xl.commands.check import check
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.targets import targets
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar
from tests.commands.plans import Row, company, goal, series, table, written

UNITS = ("U1", "U2", "U3")
YEAR = [100.0 + month for month in range(12)]


def raci(kpi: str, shares: Mapping[str, float | None], mode: str = "SHARED-SPLIT") -> list[Row]:
    """Units and their shares; the first of them answers for it."""
    return [
        {"kpi": kpi, "unit": unit, "role": "A" if place == 0 else "R", "mode": mode, "share": share}
        for place, (unit, share) in enumerate(shares.items())
    ]


def book(path: Path, shares: Mapping[str, float | None], *, kpi: str = "ORD", **more: Sequence[Row]) -> FileHost:
    """C and its three units, all with one past, one indicator that is split."""
    actuals = [row for name in ("C", *UNITS) for row in series("2025-01", name, kpi, YEAR)]
    content: Content = {**company("2026-01", actuals, (kpi,), UNITS, **more), "tblRaci": raci(kpi, shares)}  # type: ignore[arg-type]
    return written(path, content)


def typed(host: FileHost) -> dict[Scalar, dict[str, Scalar]]:
    rows = table(host, TARGETS.name, [column.key for column in TARGETS.columns])
    return {row["subject"]: row for row in rows if row["key"]}


def whole(target: float, **anchors: Scalar) -> list[Row]:
    return [{"period": "2026-01", "subject": "C", "kpi": "ORD", "target": target, **anchors}]


def codes(receipt: Receipt) -> set[str]:
    return {issue.code for issue in receipt.issues}


def test_the_parts_of_a_typed_target_are_written_exactly(tmp_path: Path) -> None:
    """100,001 by 60 and 40 % is 60,001 and 40,000, the doctest of `split_target`; a third unit has no part."""
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U2": 0.4}, targets=whole(100_001))
    receipt = targets(host, decompose=True)
    rows = typed(host)
    assert {name: row["target"] for name, row in rows.items()} == {"C": 100_001, "U1": 60_001, "U2": 40_000}
    assert "100001" in str(rows["U1"]["source"]) and "60%" in str(rows["U1"]["source"])
    assert receipt.facts["applied"] == {"rows": 2, "typed": 0, "locked": 0, "without": 0}
    assert "I-ANNUAL-NONE" not in codes(receipt)
    assert "W-SHARE-TARGET" not in codes(check(host))


def test_threshold_and_stretch_are_split_like_the_target(tmp_path: Path) -> None:
    """The rule of the units needs all three; 10, 11 and 13 in halves and quarters, each to its whole."""
    content = company("2026-01", [], ("ORD",), UNITS, targets=whole(11, threshold=10, stretch=13))
    plan = [{**row, "rule": "THREE"} for row in content["tblPlan"]]
    shares = raci("ORD", {"U1": 0.5, "U2": 0.25, "U3": 0.25})
    host = written(tmp_path / "book.xlsx", {**content, "tblPlan": plan, "tblRaci": shares})
    targets(host, decompose=True)
    rows = typed(host)
    found = {anchor: [rows[unit][anchor] for unit in UNITS] for anchor in ("threshold", "target", "stretch")}
    assert found == {"threshold": [5, 3, 2], "target": [5, 3, 3], "stretch": [7, 3, 3]}


def test_what_a_unit_has_typed_stays_unless_it_is_overwritten(tmp_path: Path) -> None:
    rows = [*whole(100), {"period": "2026-01", "subject": "U1", "kpi": "ORD", "target": 70.0}]
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U2": 0.4}, targets=rows)
    receipt = targets(host, decompose=True)
    assert receipt.facts["applied"] == {"rows": 1, "typed": 1, "locked": 0, "without": 0}
    assert [typed(host)[unit]["target"] for unit in ("U1", "U2")] == [70, 40]
    assert "W-SHARE-TARGET" in codes(check(host))
    targets(host, decompose=True, overwrite=True)
    assert [typed(host)[unit]["target"] for unit in ("U1", "U2")] == [60, 40]


def test_confirmed_targets_stand(tmp_path: Path) -> None:
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U2": 0.4}, targets=whole(100), state="targets_set")
    receipt = targets(host, period="2026-01", decompose=True)
    assert receipt.facts["applied"] == {"rows": 0, "typed": 0, "locked": 2, "without": 0}
    assert "W-TARGETS-CONFIRMED" in codes(receipt) and set(typed(host)) == {"C"}


def test_proposals_of_the_units_are_parts_of_what_is_in_force(tmp_path: Path) -> None:
    """The typed whole, or the proposed one that is written beside them."""
    for rows in (whole(1000), []):
        host = book(tmp_path / f"{len(rows)}.xlsx", {"U1": 0.5, "U2": 0.3, "U3": 0.2}, targets=rows)
        targets(host, apply=True)
        found = typed(host)
        assert sum(Decimal(repr(found[unit]["target"])) for unit in UNITS) == Decimal(repr(found["C"]["target"]))
        assert "W-SHARE-TARGET" not in codes(check(host))
        columns = [column.key for column in PROPOSALS.columns]
        proposed = {row["card"]: row for row in table(host, PROPOSALS.name, columns)}
        assert [proposed[unit]["method"] for unit in UNITS] == ["TM9"] * 3
        assert [proposed[unit]["tm9"] for unit in UNITS] == [found[unit]["target"] for unit in UNITS]


def test_the_goal_of_a_year_is_split_by_the_agreed_shares(tmp_path: Path) -> None:
    """Not by last year's, which were equal; to the piece, although months are set in tens."""
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U3": 0.4}, goals=[goal(2026, "C", "ORD", 12_340.0, unit=10.0)])
    targets(host, decompose=True)
    parent, *units = table(host, DECOMPOSITION.name, [column.key for column in DECOMPOSITION.columns])
    assert [unit["subject"] for unit in units] == ["U1", "U3"]
    assert {row["lamp"] for row in (parent, *units)} == {"✓"}
    for part in PARTS:
        month = float(str(parent[part]))
        assert month % 10 == 0
        assert abs(float(str(units[0][part])) - month * 0.6) <= 1
        assert float(str(units[0][part])) + float(str(units[1][part])) == month
    targets(host, apply=True)
    assert "W-SHARE-TARGET" not in codes(check(host))


def test_shares_that_make_no_whole_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U2": 0.3}, targets=whole(100))
    receipt = targets(host, decompose=True)
    assert {"E-SPLIT-SHARES", "I-ANNUAL-NONE"} <= codes(receipt)
    assert set(typed(host)) == {"C"}


@pytest.mark.parametrize("kpi", ["CVR", "MAU"])
def test_what_does_not_add_up_is_not_split(tmp_path: Path, kpi: str) -> None:
    rows: list[Row] = [{"period": "2026-01", "subject": "C", "kpi": kpi, "target": 0.5}]
    host = book(tmp_path / "book.xlsx", {"U1": 0.6, "U2": 0.4}, kpi=kpi, targets=rows)
    targets(host, decompose=True)
    assert set(typed(host)) == {"C"}


def test_units_of_units_have_parts_of_parts(tmp_path: Path) -> None:
    content = company("2026-01", [], ("ORD",), UNITS, targets=whole(101))
    subjects = [{**row, "parent": "U1"} if row["subject"] in ("U2", "U3") else row for row in content["tblSubjects"]]
    subjects.append({**subjects[1], "subject": "U4", "name": "U4"})
    shares = [*raci("ORD", {"U2": 0.5, "U3": 0.5}), *raci("ORD", {"U1": 0.5, "U4": 0.5})]
    path = tmp_path / "book.xlsx"
    host = written(path, {**content, "tblSubjects": subjects, "tblRaci": shares})
    targets(host, decompose=True)
    assert {name: row["target"] for name, row in typed(host).items()} == {"C": 101, "U1": 51, "U4": 50, "U2": 26, "U3": 25}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 97), min_size=3, max_size=3))
def test_parts_make_the_whole_whatever_the_shares(target: int, parts: list[int]) -> None:
    shares = {unit: part / sum(parts) for unit, part in zip(UNITS, parts, strict=True)}
    with TemporaryDirectory() as folder:
        host = book(Path(folder, "book.xlsx"), shares, targets=whole(float(target)))
        targets(host, decompose=True)
        found = typed(host)
        told = codes(check(host))
    assert sum(int(float(str(found[unit]["target"]))) for unit in UNITS) == target
    assert all(abs(float(str(found[unit]["target"])) - target * shares[unit]) < 1 for unit in UNITS)
    assert "W-SHARE-TARGET" not in told
