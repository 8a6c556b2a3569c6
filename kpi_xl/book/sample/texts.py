"""What people wrote about the sample company's cards: comments, bonus and penalty."""

from __future__ import annotations

from kpi_xl.book.sample.story import story
from kpi_xl.labels import Lang
from kpi_xl.model.grid import Scalar

Row = dict[str, Scalar]
PLAIN = ("subject", "kind", "points", "effect", "value", "scope", "evidence")


def adjustments(lang: Lang) -> list[Row]:
    """Bonus, penalty and waiver of the period, each with its reason, evidence and approver."""
    return [
        {"period": row.get("period", story()["period"])}
        | {column: float(row[column]) if column == "points" else row[column] for column in PLAIN if column in row}
        | {column: row[f"{column}_{lang}"] for column in ("reason", "approver")}
        for row in story()["adjustments"]
    ]


def comments(lang: Lang) -> list[Row]:
    """The comments on the printed forms."""
    return [
        {"period": story()["period"], "subject": row["subject"], "block": row["block"], "text": row[lang]}
        for row in story()["comments"]
    ]
