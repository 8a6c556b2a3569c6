"""Sentences with holes, once as text for the cached value and once as the native formula that makes the same text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from unicodedata import east_asian_width

from kpi_xl.labels import Lang, label

LATIN_SLACK = 0.15
"""Latin letters are on average so much narrower than the digit that column widths are measured in."""
_HOLE = re.compile(r"\{(\w+)\}")


def words(key: str, lang: Lang, **facts: object) -> str:
    """A sentence of the form with its holes filled."""
    return label("form", key, lang).format(**facts)


def words_formula(key: str, lang: Lang, expressions: Mapping[str, str]) -> str:
    """The native formula of the same sentence, its holes filled by expressions.

    >>> words_formula("master.todo", "en", {"n": "A1"})
    '"▲ "&A1&" items to fill in"'
    """
    parts = _HOLE.split(label("form", key, lang))
    pieces = [quoted_text(part) if index % 2 == 0 else expressions[part] for index, part in enumerate(parts)]
    return "&".join(piece for piece in pieces if piece != '""')


def quoted_text(text: str) -> str:
    """A text literal as it stands in a formula."""
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def text_width(text: str) -> int:
    """Width in characters; a Chinese character counts two.

    >>> text_width("GMV 销售额")
    10
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def lines_of(text: str, width: float) -> int:
    """Lines a wrapped text takes in a column, a little generous because words do not break."""
    narrow = sum(east_asian_width(character) not in "WF" for character in text)
    return max(1, ceil((text_width(text) * 1.05 - narrow * LATIN_SLACK) / width))
