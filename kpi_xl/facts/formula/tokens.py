"""The words of a formula with their places, from openpyxl's tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpi_xl.facts.formula.fault import Faulty

LONGEST_FORMULA = 8192
"""Characters, as in Excel."""
MOST_WORDS = 600
_QUOTED = re.compile(r'("[^"]*")')
_NARROW = str.maketrans("（），；：＋－＊／＝＜＞＆％［］｛｝“”　", "(),;:+-*/=<>&%[]{}\"\" ")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its text, its kind in the tokenizer's terms, and where it begins (from 1)."""

    text: str
    kind: str
    at: int


def tokens(formula: str) -> tuple[Token, ...]:
    """Words of a formula, without spaces; positions do not count a leading equals sign."""
    from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

    text = narrow(formula).strip().removeprefix("=")
    if not text.strip():
        raise Faulty("E-FORMULA-EMPTY", 1)
    if len(text) > LONGEST_FORMULA:
        raise Faulty("E-FORMULA-LONG", LONGEST_FORMULA + 1, longest=LONGEST_FORMULA)
    try:
        items = Tokenizer("=" + text).items
    except (TokenizerError, IndexError):
        raise Faulty("E-FORMULA-BRACKET", _unbalanced(text)) from None
    if len(items) > MOST_WORDS:
        raise Faulty("E-FORMULA-LONG", 1, longest=LONGEST_FORMULA)
    return tuple(_placed(text, ((item.value, f"{item.type} {item.subtype}".strip()) for item in items)))


def narrow(formula: str) -> str:
    """The same with full-width brackets, commas, quotes and operators as Excel writes them; quoted text is left alone.

    >>> narrow("SUM（orders[数量]）")
    'SUM(orders[数量])'
    """
    return "".join(
        each if each.startswith('"') else each.translate(_NARROW) for each in _QUOTED.split(formula)
    )


def _placed(text: str, items: Iterator[tuple[str, str]]) -> Iterator[Token]:
    """The tokenizer gives no positions; its words follow one another in the text."""
    end = 0
    for value, kind in items:
        start = text.index(value, end)
        end = start + len(value)
        if not value.isspace():
            yield Token(value, kind, start + 1)


def _unbalanced(text: str) -> int:
    """Where brackets or quotes first stop to match, counted from 1."""
    opened: list[tuple[str, int]] = []
    quoted = 0
    for place, sign in enumerate(text, 1):
        if sign == '"':
            quoted = 0 if quoted else place
        elif quoted:
            continue
        elif sign in "([{":
            opened.append((")]}"["([{".index(sign)], place))
        elif sign in ")]}" and (not opened or opened.pop()[0] != sign):
            return place
    return quoted or (opened[-1][1] if opened else len(text))
