"""A small company as a scored book: two departments with people, who name each other in every text they can."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kpi_xl.book.example import example
from kpi_xl.book.starter import Content
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import Lang
from kpi_xl.model.grid import CellOut, Patch, Scalar

PERIOD, BEFORE = "2026-03", "2026-02"
SUBJECTS = (
    ("C00", "company", "示例集团", "", "", ""),
    ("D01", "department", "甲乙运营", "C00", "DECK12", "department"),
    ("D02", "department", "丙丁市场", "C00", "DECK12", "department"),
    ("E011", "person", "张晓明", "D01", "DECK12", "person"),
    ("E012", "person", "Zhao Lin", "D01", "DECK12", "person"),
    ("E021", "person", "李雪梅", "D02", "DECK12", "person"),
)
LIFT = {"D01": 1.0, "D02": 1.01, "E011": 1.02, "E012": 0.93, "E021": 1.03}
"""How each subject's amounts differ from the example's, so that no number of one is a number of another."""
ROLLED = ("D01", "REV")
"""A department without a row of its own: its fact is the sum of its people's."""


def company_book(path: Path, lang: Lang = "zh") -> Path:
    """The company's book with a published period before this one."""
    content = company(lang)
    settings = [dict(row) for row in content["tblSettings"]]
    for row in settings:
        row["value"] = BEFORE if row["key"] == "period" else row["value"]
    moved = {
        name: [{**row, "period": BEFORE} for row in content[name]] for name in ("tblTargets", "tblActuals")
    }
    both = {name: [*moved[name], *content[name]] for name in moved}
    new_from(path, FileHost, {**content, **both, "tblSettings": settings}, lang)  # type: ignore[arg-type]
    assert score(FileHost(path)).is_done
    _turn_to(path, PERIOD)
    receipt = score(FileHost(path))
    assert receipt.is_done and len(receipt.facts["cards"]) == len(LIFT), receipt.issues  # type: ignore[arg-type]
    return path


def company(lang: Lang) -> Content:
    """Its inputs."""
    start = example(lang)
    subjects: list[Mapping[str, Scalar]] = [
        dict(zip(("subject", "kind", "name", "parent", "template", "rank_group"), row, strict=True)) for row in SUBJECTS
    ]
    names = {str(row["subject"]): str(row["name"]) for row in subjects}
    others = {id_: " ".join(f"{i} {name}" for i, name in names.items() if i not in (id_, "C00")) for id_ in LIFT}
    return {
        **start,
        "tblSubjects": subjects,
        "tblTargets": [{**row, "subject": id_} for id_ in LIFT for row in start["tblTargets"]],
        "tblActuals": [
            _lifted(row, id_, lift)
            for id_, lift in LIFT.items()
            for row in start["tblActuals"]
            if (id_, row["kpi"]) != ROLLED
        ],
        "tblAdjustments": [
            {"period": PERIOD, "subject": id_, "kind": "bonus", "points": 1.0 + lift, "reason": f"与 {others[id_]} 共同完成",
             "evidence": "OA-1", "approver": "总经办"}
            for id_, lift in LIFT.items()
        ],
        "tblComments": [
            {"period": PERIOD, "subject": id_, "block": "comment", "text": f"{id_} 的评语：比 {others[id_]} 好"} for id_ in LIFT
        ],
        "tblRatings": [
            {"period": PERIOD, "subject": id_, "kpi": "REV", "rater": names["E021"], "role": "同事", "level": "良",
             "comment": f"{id_} 不错"}
            for id_ in LIFT
        ],
    }  # fmt: skip


def _lifted(row: Mapping[str, Scalar], subject: str, lift: float) -> Mapping[str, Scalar]:
    numbers = {
        key: round(value * lift, 6)
        for key, value in row.items()
        if key in ("num", "value") and isinstance(value, float)
    }
    return {**row, **numbers, "subject": subject}


def _turn_to(path: Path, period: str) -> None:
    """Change the period in the settings of a book."""
    host = FileHost(path)
    grid = host.tables()["tblSettings"]
    index = next(place for place, row in enumerate(grid.rows) if row[0] == "period")
    host.write([], [Patch("tblSettings", (CellOut(grid.row + 1 + index, grid.column + 1, period),), grid.declared)])
