"""Contract of every engine: the portable constructs of our sheets, and what happens when something is wrong."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_xl import referee
from kpi_xl.errors import WorkbookError
from kpi_xl.model.grid import CellError
from kpi_xl.referee import libreoffice
from tests.referee.conftest import Cell, WriteBook

FACTS: dict[str, Cell] = {
    "A1": "key", "B1": "value", "C1": "card", "D1": "cap",
    "A2": "2026-01|P07|REV", "B2": 120.5, "C2": "P07", "D2": 100,
    "A3": "2026-01|P07|NPS", "B3": "未填", "C3": "P07", "D3": 60,
    "A4": "2026-01|P08|REV", "B4": 80, "C4": "P08", "D4": 40,
    "A5": "2026-02|P07|REV", "B5": 0.25, "C5": "P07", "D5": 90,
}  # fmt: skip

# Two curves, one above the other: segments start at `from`, are anchored at (x0, y0) and rise with `slope`.
CURVES: dict[str, Cell] = {
    "A1": "curve", "B1": "from", "C1": "x0", "D1": "y0", "E1": "slope",
    "A2": "c1", "B2": -1000000, "C2": 0, "D2": 0, "E2": 0,
    "A3": "c1", "B3": 0.8, "C3": 1, "D3": 100, "E3": 100,
    "A4": "c2", "B4": -1000000, "C4": 0, "D4": 0, "E4": 0,
    "A5": "c2", "B5": 50, "C5": 50, "D5": 60, "E5": 0.5,
    "A6": "c2", "B6": 100, "C6": 100, "D6": 85, "E6": 1,
}  # fmt: skip

SEGMENT = "=MATCH(\"c2\",评分曲线!$A$2:$A$6,0)-1+MATCH({x},INDEX(评分曲线!$B$2:$B$6,MATCH(\"c2\",评分曲线!$A$2:$A$6,0)):" \
    "INDEX(评分曲线!$B$2:$B$6,MATCH(\"c2\",评分曲线!$A$2:$A$6,0)+COUNTIF(评分曲线!$A$2:$A$6,\"c2\")-1),1)"

PORTABLE: tuple[tuple[str, bool | float | str], ...] = (
    # the branch not taken is not evaluated
    ("=CHOOSE(1,2,1/0)", 2.0),
    ("=CHOOSE(2,1/0,指标值!A3)", "2026-01|P07|NPS"),
    ("=IF(1=1,5,1/0)", 5.0),
    ("=IF(1=2,SQRT(-1),\"—\")", "—"),
    ("=IFERROR(INDEX(指标值!B2:B5,MATCH(\"2026-03|P07|REV\",指标值!A2:A5,0)),\"—\")", "—"),
    # look-ups
    ("=INDEX(指标值!B2:B5,MATCH(\"2026-02|P07|REV\",指标值!A2:A5,0))", 0.25),
    ("=INDEX(指标值!B2:B5,2)", "未填"),
    ("=SUM(INDEX(指标值!B2:B5,2))", 0.0),
    ("=SUM(INDEX(指标值!B2:B5,1):INDEX(指标值!B2:B5,3))", 200.5),
    (SEGMENT.format(x=49.9), 3.0),
    (SEGMENT.format(x=50), 4.0),
    (SEGMENT.format(x=250), 5.0),
    ("=ROUND(ROUND(MEDIAN(0,120,INDEX(评分曲线!D2:D6,4)+INDEX(评分曲线!E2:E6,4)*(72.5-INDEX(评分曲线!C2:C6,4))),9),2)", 71.25),
    # sums under conditions, keys with a bar
    ("=COUNTIFS(指标值!A2:A5,\"2026-01|P07|REV\",指标值!C2:C5,\"P07\")", 1.0),
    ("=SUMIFS(指标值!B2:B5,指标值!A2:A5,\"2026-01|P08|REV\")", 80.0),
    ("=SUMIFS(指标值!B2:B5,指标值!C2:C5,\"P07\",指标值!B2:B5,\">1\")", 120.5),
    ("=120-SUMPRODUCT(MAX((指标值!C2:C5=\"P07\")*(120-指标值!D2:D5)))", 60.0),
    ("=1+SUMPRODUCT((指标值!C2:C5=\"P07\")*((指标值!D2:D5>60)+(指标值!D2:D5=60)*(指标值!D2:D5>90)))", 3.0),
    ("=ISNUMBER(指标值!B3)*1", 0.0),
    # statistics
    ("=MEDIAN(0,120,130)", 120.0),
    ("=PERCENTILE(指标值!D2:D5,0.5)", 75.0),
    ("=RANK(指标值!D3,指标值!D2:D5)", 3.0),
    ("=ROUND(STDEV(指标值!D2:D5),9)", 27.537852736),
    # ties: Excel rounds half away from zero as the number reads in 15 digits
    ("=ROUND(1.005,2)", 1.01),
    ("=ROUND(2.675,2)", 2.68),
    ("=ROUND(0.125,2)", 0.13),
    ("=ROUND(-2.5,0)", -3.0),
    ("=ROUND(25,-1)", 30.0),
    ("=ROUND(SUM(0.1,0.2),9)=0.3", True),
    # texts, dates, names, errors
    ("=TEXT(指标值!B2,\"0.00\")&\"…\"", "120.50…"),
    ("=TEXT(0.9922,\"0.0%\")", "99.2%"),
    ("=\"—\"", "—"),
    ("=IF(指标值!B9=\"\",\"\",1)", ""),
    ("=指标值!B9", 0.0),
    ("=DATE(2026,1,31)", 46053.0),
    ("=封顶*2", 240.0),
    ("=1/0", "#DIV/0!"),
    ("=MATCH(\"x\",指标值!A2:A5,0)+1", "#N/A"),
    ("=指标值!B3*1", "#VALUE!"),
)  # fmt: skip


@pytest.fixture
def portable(write_book: WriteBook) -> Path:
    cells: dict[str, Cell] = {f"B{row}": case for row, case in enumerate(PORTABLE, start=2)}
    return write_book(
        {"指标值": {**FACTS, "F1": 120}, "评分曲线": CURVES, "评分明细": cells}, names={"封顶": "=指标值!$F$1"}
    )


def test_portable_constructs(engine: str, portable: Path) -> None:
    cells = referee.formula_cells(portable)
    comparison = referee.compare(cells, referee.recalculate(engine, portable))
    assert comparison.differing == ()
    assert comparison.agrees
    assert comparison.compared == len(PORTABLE)


def test_wrong_cached_value_is_named(engine: str, write_book: WriteBook) -> None:
    book = write_book({"评分明细": {"A1": 3, "B7": ("=A1*2", 7), "B8": ("=A1*3", 9)}})
    comparison = referee.compare(referee.formula_cells(book), referee.recalculate(engine, book))
    assert not comparison.agrees
    assert [(found.cell, found.cached, found.recalculated) for found in comparison.differing] == [("评分明细!B7", 7, 6)]
    assert comparison.largest == pytest.approx(1 / 7)


def test_file_is_only_read(engine: str, portable: Path) -> None:
    before = hashlib.sha256(portable.read_bytes()).hexdigest(), portable.stat().st_mtime_ns
    recalculated = referee.recalculate(engine, portable)
    assert (hashlib.sha256(portable.read_bytes()).hexdigest(), portable.stat().st_mtime_ns) == before
    assert [path.name for path in portable.parent.iterdir()] == [portable.name]
    assert recalculated.engine == engine
    assert recalculated.version[0].isdigit()
    assert recalculated.seconds > 0


def test_circular_cells_are_never_confirmed(engine: str, write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": ("=B1+1", 0), "B1": ("=A1", 0), "C1": ("=1+1", 2)}})
    comparison = referee.compare(referee.formula_cells(book), referee.recalculate(engine, book))
    unconfirmed = {*comparison.missing, *((found.sheet, found.address) for found in comparison.differing)}
    assert unconfirmed == {("S", "A1"), ("S", "B1")}
    assert not comparison.agrees


def test_damaged_file_is_refused(engine: str, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(WorkbookError) as failure:
        referee.recalculate(engine, tmp_path / "book.xlsx")
    assert failure.value.code in ("E-BOOK-UNREADABLE", "E-ENGINE-FAILED")


def test_absent_engine(engine: str, portable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, engine, None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(libreoffice, "_USUAL_PLACES", ())
    assert referee.available(engine) == "E-ENGINE-MISSING"
    with pytest.raises(WorkbookError) as failure:
        referee.recalculate(engine, portable)
    assert failure.value.code == "E-ENGINE-MISSING"
    assert failure.value.args_by_name["engine"] == engine


def test_unknown_engine(portable: Path) -> None:
    assert referee.available("abacus") == "E-ENGINE-MISSING"
    with pytest.raises(WorkbookError) as failure:
        referee.recalculate("abacus", portable)
    assert failure.value.args_by_name == {"engine": "abacus", "reason": "unknown"}


def test_errors_stay_errors(engine: str, write_book: WriteBook) -> None:
    book = write_book({"S": {"A1": ("=1/0", "#DIV/0!"), "B1": ("=A1", 0), "C1": ("=NOSUCHFUNCTION(1)", "#NAME?")}})
    values = referee.recalculate(engine, book).values
    assert values["S", "A1"] == values["S", "B1"] == CellError("#DIV/0!")
    assert values["S", "C1"] == CellError("#NAME?")


def test_engines_are_imported_only_when_asked_for() -> None:
    source = "import sys, kpi_xl.referee; print(sorted({'formualizer', 'formulas', 'numpy'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
