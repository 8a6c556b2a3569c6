"""Which row of a sheet is its heading, and which column means what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from kpi_xl.errors import WorkbookError
from kpi_xl.facts.raw.layouts import TRACE, Layout, folded
from kpi_xl.facts.raw.sources import LoadSettings

Rows: TypeAlias = Sequence[Sequence[str | None]]

ROWS_TO_LOOK_AT = 20
OWN = ("part", "superseded_by")
"""Names that the tables need for themselves; a column of an export that is called so gets its number too."""
_HINT = re.compile(r"\s*[(（\[【]\s*(?:单位\s*[:：]?\s*)?([^()（）\[\]【】]*?)\s*[)）\]】]\s*$")
_SCALES: Mapping[str, float] = {
    "元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "千万元": 1e7, "亿元": 1e8, "千": 1e3, "万": 1e4, "百万": 1e6,
    "亿": 1e8, "万人": 1e4, "万次": 1e4, "万件": 1e4, "万单": 1e4, "k": 1e3, "%": 1e-2, "‰": 1e-3, "分钱": 1e-2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a sheet as its heading says."""

    text: str
    column: int  # position in the sheet, from 0
    field: str  # column of the canonical table, or "" for one that is only kept
    scale: float = 1.0  # "(万元)" in the heading multiplies plain numbers
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the rows of a sheet start, and what its columns mean."""

    columns: tuple[Heading, ...]
    first_row: int = 0  # position of the first row below, from 0
    rows: tuple[tuple[str | None, ...], ...] = ()  # as they stand, by which a repetition is known

    @property
    def fields(self) -> frozenset[str]:
        """Canonical columns that are there."""
        return frozenset(heading.field for heading in self.columns if heading.field)


def aliases(layout: Layout, settings: LoadSettings) -> dict[str, tuple[str, bool]]:
    """Column of every heading, and whether taking it so deserves a warning; settings go before what is shipped."""
    found: dict[str, tuple[str, bool]] = {}
    for field in layout.fields:
        for words in field.headings:
            found[folded(words)] = (field.name, words in field.doubtful)
    for words, name in settings.aliases.items():
        table, _, heading = words.rpartition(".")
        if layout.field(name) and table in ("", layout.name):
            found[folded(heading)] = (name, False)
    return found


def found_in(rows: Rows, layout: Layout, settings: LoadSettings, place: str) -> Headings:
    """Headings of a sheet: the row, or pair of rows, in which most columns are known.

    Raises
    ------
    WorkbookError
        ``E-RAW-HEADER``: no row names the columns of the key. ``E-RAW-TWICE``: two headings mean one column.
    """
    known = aliases(layout, settings)
    choices = [(row, joined) for row in range(min(len(rows), ROWS_TO_LOOK_AT)) for joined in (False, True)]
    row, joined = max(choices, key=lambda at: (_hits(_texts(rows, at[0], at[1], known), known), not at[1]),
                      default=(0, False))  # fmt: skip
    headings = _headings(_texts(rows, row, joined, known) if rows else [], known)
    missing = sorted(set(layout.key) - set(layout.loose_key) - headings.fields)
    if missing or not headings.fields:
        raise WorkbookError("E-RAW-HEADER", place=place, table=layout.name, wanted=", ".join(missing))
    for field in sorted(headings.fields):
        texts = [heading.text for heading in headings.columns if heading.field == field]
        if len(texts) > 1:
            raise WorkbookError("E-RAW-TWICE", place=place, field=field, found=", ".join(texts))
    return replace(
        headings, rows=tuple(tuple(rows[at]) for at in range(row, row + 1 + joined)), first_row=row + 1 + joined
    )


def named(names: Sequence[str], layout: Layout, settings: LoadSettings) -> Headings:
    """Headings of columns that have names of their own and no heading row."""
    return _headings(list(names), aliases(layout, settings))


def scale_of(heading: str) -> tuple[str, float]:
    """Heading without its unit, and what plain numbers below it are multiplied by.

    >>> scale_of("销售额（万元）"), scale_of("占比(%)"), scale_of("备注(选填)")
    (('销售额', 10000.0), ('占比', 0.01), ('备注(选填)', 1.0))
    """
    found = _HINT.search(heading)
    scale = _SCALES.get(found[1].lower()) if found else None
    return (heading, 1.0) if found is None or scale is None else (heading[: found.start()], scale)


def _texts(rows: Rows, row: int, joined: bool, known: Mapping[str, tuple[str, bool]]) -> list[str]:
    top = [cell or "" for cell in rows[row]]
    if not joined:
        return top
    if row + 1 >= len(rows):
        return []
    bottom = [cell or "" for cell in rows[row + 1]]
    group, texts = "", []
    for above, below in zip(top, bottom, strict=True):
        group = above or (group if below else "")
        choices = (f"{group}{below}", below or above)
        texts.append(next((text for text in choices if _is_known(text, known)), f"{group}{below}"))
    return texts


def _is_known(text: str, known: Mapping[str, tuple[str, bool]]) -> bool:
    return folded(text) in known or folded(scale_of(text)[0]) in known


def _hits(texts: Sequence[str], known: Mapping[str, tuple[str, bool]]) -> int:
    return len({_meaning(text, known)[0] for text in texts if text} - {""})


def _meaning(text: str, known: Mapping[str, tuple[str, bool]]) -> tuple[str, float, bool]:
    plain, scale = scale_of(text)
    if folded(text) in known:
        field, is_doubtful = known[folded(text)]
        return field, scale, is_doubtful
    field, is_doubtful = known.get(folded(plain), ("", False))
    return field, scale if field else 1.0, is_doubtful


def _headings(texts: Sequence[str], known: Mapping[str, tuple[str, bool]]) -> Headings:
    columns, taken = [], {"", *TRACE, *OWN}
    for at, text in enumerate(texts):
        field, scale, is_doubtful = _meaning(text, known)
        name = " ".join(text.split())
        if field or name:
            name = name if field or name.casefold() not in taken else f"{name}.{at + 1}"
            taken.add(name.casefold())
            columns.append(Heading(name, at, field, scale, is_doubtful))
    return Headings(tuple(columns))
