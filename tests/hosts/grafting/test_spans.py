"""References across sheets, as Excel writes them."""

from __future__ import annotations

import pytest

from kpi_xl.hosts.grafting.spans import spans_sheets

NAMES = ("1月", "2月", "3月", "Score detail", "it's")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM('1月:3月'!B5)", True),
        ("SUM('1月:Score detail'!B5)", True),
        ("SUM('it''s:1月'!B5)", True),
        ("SUM(a:b!B5)", False),
        ("SUM('1月'!A1:'1月'!B5)", False),
        ("SUM(A1:B5)+'1月'!A1", False),
        ("\"1月:3月!\"", False),
    ],
)
def test_only_a_run_of_sheets_is_a_span(formula: str, expected: bool) -> None:
    part = f'<worksheet><sheetData><row r="1"><c r="A1"><f>{formula}</f></c></row></sheetData></worksheet>'.encode()
    assert spans_sheets([part], NAMES) is expected
    assert spans_sheets([part[:60], part[60:65], part[65:]], NAMES) is expected


def test_a_name_may_run_across_sheets_as_well() -> None:
    name = "<definedNames><definedName name=\"all\">'1月:3月'!$A$1</definedName></definedNames>"
    assert spans_sheets([name.encode()], NAMES)
