"""A believable company as the inputs of a book: two years of facts, four functions, their people. All invented."""

from __future__ import annotations

from kpi_xl.book.sample.actuals import actuals
from kpi_xl.book.sample.cards import plan, roles, subjects
from kpi_xl.book.sample.opinions import milestones, ratings
from kpi_xl.book.sample.story import scored_months, stints, story
from kpi_xl.book.sample.targets import targets
from kpi_xl.book.sample.texts import adjustments, comments
from kpi_xl.book.starter import Content, starter
from kpi_xl.labels import Lang
from kpi_xl.library import preset
from kpi_xl.model.periods import parse_period

__all__ = ["sample", "scored_months"]


def sample(lang: Lang, period: str = "") -> Content:
    """Inputs of the sample company: the same rows at every call.

    Parameters
    ----------
    lang
        Language of names, notes and comments; the numbers are the same in both.
    period : str
        The month to score; the last one with targets when empty.

    Returns
    -------
    content
        Rows by input table; facts of 24 months, targets of the last three and of their quarter.
    """
    told = story()
    start = starter(preset("DECK12"), parse_period(period or told["period"]), lang)
    settings = {"company": told[f"company_{lang}"], "reporter": told[f"reporter_{lang}"], "state": told["state"]}
    people = stints()
    return {
        **start,
        "tblSettings": [{**row, "value": settings.get(str(row["key"]), row["value"])} for row in start["tblSettings"]],
        "tblSubjects": subjects(lang),
        "tblPlan": plan(),
        "tblTargets": targets(lang, people),
        "tblActuals": actuals(lang, people),
        "tblRatings": ratings(lang, people),
        "tblMilestones": milestones(lang),
        "tblAdjustments": adjustments(lang),
        "tblComments": comments(lang),
        "tblRoles": roles(people),
    }
