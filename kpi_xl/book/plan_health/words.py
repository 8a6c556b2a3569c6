"""What the checks found, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from kpi_xl.book.plan_health.check import Judged
from kpi_xl.labels import Lang, label, message
from kpi_xl.model.params import Problem

HEADINGS: Mapping[str, str] = {"source": "tblTargets.source"}
"""Where a column that a fact names is not one of the indicators'."""


def fact_text(judged: Judged, lang: Lang) -> str:
    """The fact behind a verdict; empty where there is nothing to say.

    >>> fact_text(Judged("FAIL", "s2_short", {"found": 4, "wanted": 10}), "en")
    'The definition has 4 characters, wanted at least 10'
    """
    if not judged.fact:
        return ""
    problem = judged.args.get("problem")
    if isinstance(problem, Problem):
        return problem_text(problem, judged.args, lang)
    args = {name: _heading(value, lang) if name == "column" else value for name, value in judged.args.items()}
    return label("smart", f"fact.{judged.fact}", lang).format(**args)


def problem_text(problem: Problem, args: Mapping[str, object], lang: Lang) -> str:
    """What is wrong, without how to mend it."""
    return message(problem.code, {**args, **problem.args, "kpi": args.get("kpi", "")}, lang).partition(" → ")[0]


def _heading(column: object, lang: Lang) -> str:
    return label("columns", HEADINGS.get(str(column), f"tblIndicators.{column}"), lang)


def remedy_text(check: str, judged: Judged, lang: Lang) -> str:
    """How to mend it; empty where nothing needs mending."""
    return label("smart", f"remedy.{check}", lang) if judged.verdict in ("INFO", "WARN", "FAIL") else ""
