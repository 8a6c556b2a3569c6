"""Text of an export that a spreadsheet would run as a formula, made harmless before it is written to a cell."""

from __future__ import annotations

from kpi_xl.model.numbers import parse_number

_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def neutralised(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet might take it for a formula; numbers stay.

    >>> neutralised('=HYPERLINK("http://x","y")'), neutralised("-12.5"), neutralised("A-1")
    ('\\'=HYPERLINK("http://x","y")', '-12.5', 'A-1')

    Source: OWASP Foundation, CSV Injection.
    """
    if not text.startswith(_STARTS) or parse_number(text).code in ("OK", "MISSING"):
        return text
    return f"'{text}"
