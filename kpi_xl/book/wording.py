"""Sentences with holes, once as text for the cached value and once as the native formula that makes the same text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kpi_xl.labels import Lang, label

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


def number_text(value: float, decimals: int) -> str:
    """A number as TEXT(value, "0.00") shows it; the value is already rounded to these decimals."""
    return f"{value:.{decimals}f}"
