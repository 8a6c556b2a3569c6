"""References that run from one sheet to another: a sheet put between the two would join them unasked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?(?:f|definedName)(?:\s[^>]*)?>([^<]*:[^<]*!)")
_SPAN = re.compile(r"'((?:[^':]|'')+):((?:[^':]|'')+)'!|([^\W\d][\w.]*):([^\W\d][\w.]*)!")
_MARKS = (b"<f", b":f", b"definedName")
_LIKELY = re.compile(rb""":(?:[^:!<>'"()*+,/=&^ -]+|(?:[^':<]|'')+')!""")
"""A colon with no more than one name up to the mark: what a span looks like, told faster than by its formula."""
_LONGEST = 40_000                       # bytes of a formula, which may lie across two pieces


def spans_sheets(chunks: Iterable[bytes], names: Collection[str]) -> bool:
    """Whether a formula of a part refers to several sheets at once, such as ``=SUM('Jan:Mar'!B5)``.

    Parameters
    ----------
    chunks : iterable
        The part in pieces.
    names : collection
        Names of the workbook's sheets.
    """
    known, before = {name.casefold() for name in names}, b""
    for chunk in chunks:
        piece = before + chunk
        if any(mark in piece for mark in _MARKS) and _LIKELY.search(piece) and any(
            _is_span(match[1].decode(), known) for match in _FORMULA.finditer(piece)
        ):
            return True
        before = piece[-_LONGEST:]
    return False


def _is_span(text: str, known: Collection[str]) -> bool:
    return any(
        {((m[1] or m[3]).replace("''", "'")).casefold(), ((m[2] or m[4]).replace("''", "'")).casefold()} <= set(known)
        for m in _SPAN.finditer(text)
    )
