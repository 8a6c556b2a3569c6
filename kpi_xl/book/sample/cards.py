"""Who is appraised in the sample company, since when, on which scorecards, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from kpi_xl.book.sample.story import Stint, numbers, scorecard, stints, story, units
from kpi_xl.book.starter import CORE_WEIGHT, STARTING_PARAMS
from kpi_xl.labels import Lang
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar

Row = dict[str, Scalar]


def subjects(lang: Lang) -> list[Row]:
    """The tree: department, functions, people."""
    rows: list[Row] = []
    for unit, row in story()["units"].items():
        parent = next(iter(units())) if row["kind"] == "team" else None
        rows.append(_subject(unit, row["kind"], row[lang], parent, row["template"], row["kind"]))
    for person, row in story()["people"].items():
        group = None if "job" not in row else "lead" if row.get("leads") else "staff"
        subject = _subject(person, "person", row[lang], row["unit"], row.get("job"), group)
        rows.append(subject | {"alpha": story()["alpha"].get(group)})
    return rows


def _subject(code: str, kind: str, name: str, parent: str | None, template: str | None, group: str | None) -> Row:
    return {
        "subject": code,
        "kind": kind,
        "name": name,
        "parent": parent,
        "template": template,
        "rank_group": group,
    }


def roles(people: Sequence[Stint]) -> list[Row]:
    """The jobs that began or ended; whoever is not here holds the organisation's all along."""
    return [
        {
            "person": stint.person,
            "role_no": float(stint.number),
            "parent": stint.unit,
            "template": stint.job,
            "from": _moment(stint.start),
            "to": _moment(stint.end),
            "fte": 1.0,
        }
        for stint in people
        if stint.start or stint.end
    ]


def _moment(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())


def plan() -> list[Row]:
    """The rows of every scorecard, units first, jobs after them."""
    jobs = {stint.job: stint.leads for stint in stints()}
    templates = [(template, False) for template in units().values()] + list(jobs.items())
    return [row for template, leads in templates for row in _scorecard(template, leads=leads)]


def _scorecard(template: str, *, leads: bool) -> Iterator[Row]:
    for number, (kpi, percent) in enumerate(scorecard(template).items(), start=1):
        rule = indicators()[kpi].rule
        yield {
            "template": template,
            "kpi": kpi,
            "no": float(number),
            "weight": percent / 100,
            "rule": rule,
            "params": numbers()["params"].get(kpi, STARTING_PARAMS.get(rule)),
            "missing": story()["missing"].get(kpi, "BLOCK"),
            "measured_at": "parent" if leads and rule != "RATING" else None,
            "core": "Y" if percent / 100 >= CORE_WEIGHT else "N",
        }
