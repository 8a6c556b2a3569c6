"""What stands in a new book before anybody types: settings, grades, the indicator library, one card from a preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from kpi_xl.book.tables.inputs import POLICIES
from kpi_xl.book.tables.results import OPTIONAL_PARAMETERS
from kpi_xl.labels import Lang, label
from kpi_xl.library import IndicatorEntry, Preset
from kpi_xl.library import indicators as library
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period
from kpi_xl.scoring.grades import SCHEMES
from kpi_xl.scoring.opinion.ratings import LEVELS, ROLE_WEIGHTS

Rows = Sequence[Mapping[str, Scalar]]
Content = Mapping[str, Rows]
"""Rows of the input tables by table name and column; a key `@style:<column>` overrides that cell's number style."""

CORE_WEIGHT = 0.10
STARTING_PARAMS = {
    "STEP": "bands=S:120, T:100, B:60",
    "DEDUCT": "unit=1%; up=1; dn=2",
    "EFFICACY": "xs=B; xh=T",
}
"""What a preset's rule starts from: bands and standards that hang on the targets, so that only these need typing."""
DEPARTMENT = "D01"


def starter(preset: Preset, period: Period, lang: Lang) -> Content:
    """Inputs of a new book: one department on the preset's template, every target and actual waiting to be typed."""
    codes = list(preset.weights)
    return {
        "tblSettings": _settings(period, lang),
        "tblPeriods": _periods(period.year),
        "tblGrades": [
            {"scheme": name, "grade": band.grade, "lo": band.lo, "coef": band.coef, "slope": band.slope}
            for name, bands in SCHEMES.items()
            for band in bands
        ],
        "tblPolicies": [{"policy": code, "fill": label("words", f"policy_note.{code}", lang)} for code in POLICIES],
        "tblLevels": [{"level": label("words", f"level.{key}", lang), "points": each} for key, each in LEVELS.items()],
        "tblRaterRoles": [
            {"role": label("words", f"role.{key}", lang), "weight": weight} for key, weight in ROLE_WEIGHTS.items()
        ],
        "tblSubjects": [_subject(preset, lang)],
        "tblIndicators": [_indicator(entry, lang) for entry in library().values()],
        "tblPlan": [_plan(preset, code, number) for number, code in enumerate(codes, start=1)],
        "tblTargets": [_keyed(period, code, "threshold", "target", "stretch") for code in codes],
        "tblActuals": [_keyed(period, code, "value") for code in codes],
    }


def _settings(period: Period, lang: Lang) -> Rows:
    values: Mapping[str, Scalar] = {
        "period": str(period),
        "lang": lang,
        "company": "",
        "reporter": "",
        "version": "1.0",
        "state": "draft",
        "data_cutoff": f"{period.end:%Y-%m-%d}",
        "scheme": "BAND120",
        "total_cap": 120.0,
        "adjust_cap": 10.0,
        "missing_limit": 0.2,
        "veto_score": 59.99,
        **{name: OPTIONAL_PARAMETERS[name] for name in ("period_mode", "year_mode_person", "period_mix", "cascade")},
    }
    return [
        {"key": key, "value": value, "note": label("settings", key, lang), **_as_text(value)}
        for key, value in values.items()
    ]


def _as_text(value: Scalar) -> Mapping[str, Scalar]:
    """A text setting is held as text, or an office turns 2026-03 into a date."""
    return {"@style:value": "text"} if isinstance(value, str) else {}


def _periods(year: int) -> Rows:
    codes = [Period(year, "M", month) for month in range(1, 13)] + [Period(year, "Q", n) for n in range(1, 5)]
    codes += [Period(year, "H", 1), Period(year, "H", 2), Period(year, "Y", 1)]
    return [
        {
            "period": str(period),
            "kind": period.kind,
            "start": datetime.combine(period.start, time()),
            "end": datetime.combine(period.end, time()),
            "parent": _parent(period),
        }
        for period in codes
    ]


def _parent(period: Period) -> str:
    if period.kind == "M":
        return f"{period.year}Q{(period.number + 2) // 3}"
    return {"Q": f"{period.year}H{(period.number + 1) // 2}", "H": f"{period.year}"}.get(period.kind, "")


def _subject(preset: Preset, lang: Lang) -> Mapping[str, Scalar]:
    name = label("form", "starter.department", lang)
    return {
        "subject": DEPARTMENT,
        "kind": "department",
        "name": name,
        "template": preset.id,
        "rank_group": "department",
    }


def _indicator(entry: IndicatorEntry, lang: Lang) -> Mapping[str, Scalar]:
    unit = entry.unit if lang == "zh" else entry.unit_en
    texts = {"owner": (entry.owner_zh, entry.owner_en), "source": (entry.source_zh, entry.source_en),
             "definition": (entry.definition_zh, entry.definition_en)}  # fmt: skip
    return {
        "kpi": entry.code,
        "zh": entry.zh,
        "en": entry.en,
        "perspective": entry.perspective,
        "unit": unit,
        "decimals": float(entry.decimals),
        "direction": entry.direction,
        "agg_time": entry.agg_time,
        "agg_unit": entry.agg_unit,
        "variant": entry.variant,
        "min_n": float(entry.min_n),
        "frequency": entry.frequency,
        "nature": entry.nature,
        "scope": entry.scope,
        "horizon": entry.horizon,
        **{column: zh if lang == "zh" else en for column, (zh, en) in texts.items()},
    }


def _plan(preset: Preset, code: str, number: int) -> Mapping[str, Scalar]:
    rule, weight = library()[code].rule, preset.weights[code]
    return {
        "template": preset.id,
        "kpi": code,
        "no": float(number),
        "weight": weight,
        "rule": rule,
        "params": STARTING_PARAMS.get(rule),
        "missing": "BLOCK",
        "core": "Y" if weight >= CORE_WEIGHT else "N",
    }


def _keyed(period: Period, code: str, *numbers: str) -> Mapping[str, Scalar]:
    style = number_style(code)
    return {
        "period": str(period),
        "subject": DEPARTMENT,
        "kpi": code,
        **{f"@style:{column}": style for column in numbers},
    }


def number_style(code: str) -> str:
    """Cell style that shows an indicator's numbers as people write them."""
    entry = library()[code]
    if entry.unit == "%":
        return "pct"
    return "int" if entry.decimals == 0 else "num"
