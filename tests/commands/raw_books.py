"""Books with raw data for the tests: some subjects on one plan, and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kpi_xl.book.example import example
from kpi_xl.commands.adding import add_sheet
from kpi_xl.commands.new import new_from
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import Scalar

DATA = Path(__file__).parents[3] / "shared" / "data"
Rows = Sequence[Mapping[str, Any]]
CARRIED = ("tblLevels", "tblRaterRoles", "tblPolicies", "tblGrades", "tblIndicators")


def book_of(
    path: Path,
    period: str,
    subjects: Sequence[str],
    plan: Mapping[str, tuple[float, str]],
    targets: Rows = (),
    indicators: Rows = (),
    names: Mapping[str, str] | None = None,
) -> Path:
    """A book whose subjects share one plan: weight and rule by indicator."""
    start = example("zh")
    rows = [{"template": "RAW", "kpi": kpi, "no": float(no), "weight": weight, "rule": rule, "missing": "BLOCK", "core": "Y"}
            for no, (kpi, (weight, rule)) in enumerate(plan.items(), start=1)]  # fmt: skip
    settings = [{**row, "value": {"period": period, "data_cutoff": ""}.get(str(row["key"]), row["value"])}
                for row in start["tblSettings"]]  # fmt: skip
    periods = [{"period": period, "kind": "Q" if "Q" in period else "M"}]
    content = {
        **{name: start[name] for name in CARRIED},
        "tblSettings": settings,
        "tblPeriods": periods,
        "tblIndicators": [*start["tblIndicators"], *indicators],
        "tblSubjects": [
            {"subject": each, "kind": "department", "name": (names or {}).get(each, each), "template": "RAW",
             "rank_group": "state"} for each in subjects
        ],
        "tblPlan": rows,
        "tblTargets": list(targets),
        "tblActuals": [],
    }  # fmt: skip
    new_from(path, FileHost, content, "zh")
    return path


def with_source(path: Path, **row: Scalar) -> Path:
    """The book with one source."""
    add_sheet(FileHost(path), "sources", "zh", {"tblSources": [{"active": "Y", **row}]})
    return path


def fact_rows(path: Path) -> Mapping[tuple[str, str, str], Mapping[str, Scalar]]:
    """指标值 by period, subject and indicator."""
    from kpi_xl.book.tables.facts import FACTS

    columns = [column.key for column in FACTS.columns]
    rows = [dict(zip(columns, cells, strict=True)) for cells in FileHost(path).tables()["tblFacts"].rows]
    return {(str(row["period"]), str(row["subject"]), str(row["kpi"])): row for row in rows}
