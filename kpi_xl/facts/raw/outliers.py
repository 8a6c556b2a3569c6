"""Values far from all others, by the median of the distances from the median; flagged, never deleted."""

from __future__ import annotations

from kpi_xl.facts.raw.store import quoted, text
from kpi_xl.facts.raw.work import LIVE, Work

_NORMAL = 0.6745
"""Median distance of a normal distribution, in standard deviations."""


def flag_outliers(work: Work, fields: frozenset[str]) -> None:
    """Note every value whose modified z score is above the limit of the settings.

    Source: B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press, 1993.
    """
    for field in work.layout.fields:
        if not field.far or field.name not in fields:
            continue
        name = quoted(field.name)
        middle, spread = work.store.rows(f"SELECT median({name}), mad({name}) FROM {LIVE}")[0]
        if isinstance(middle, float) and isinstance(spread, float) and spread > 0:
            limit = work.settings.outlier_z * spread / _NORMAL
            work.note("OUTLIER", "WARN", "kept",
                      f"SELECT part, src_row, {text(field.name)}, {name} FROM {LIVE} "
                      f"WHERE abs({name} - {middle!r}) > {limit!r}")  # fmt: skip
