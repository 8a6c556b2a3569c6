"""Text as people type and paste it: full width, invisible characters, words for nothing, errors of a cell."""

from __future__ import annotations

import re
from unicodedata import decomposition, normalize

NOTHING = frozenset(("", "—", "——", "–", "-", "--", "/", "无", "n/a", "na", "none", "null"))
"""What people type where there is no figure; never zero."""

_SAME_CHARACTER = frozenset(("<wide>", "<narrow>", "<small>", "<noBreak>"))
_MINUS = "\u2212"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202c\u2060\ufeff]")
_ERROR_VALUE = re.compile(r"#(?:n/a|div/0!|getting_data|[a-z_]+[!?])|err:[0-9]{3}")


def clean(text: str) -> str:
    """Text without what nobody sees: half width, lower case, single spaces, no apostrophe before it.

    >>> clean("\u3000'１，２３４．５\u00a0万\u200b ")
    '1,234.5 万'
    """
    visible = _INVISIBLE.sub("", text)
    folded = visible if visible.isascii() else "".join(map(_half_width, visible))
    return " ".join(folded.lower().replace(_MINUS, "-").split()).lstrip("' ")


def is_nothing(cleaned: str) -> bool:
    """Whether cleaned text says that there is no figure."""
    return cleaned in NOTHING


def is_error_value(cleaned: str) -> bool:
    """Whether cleaned text is an error of a cell, such as ``#DIV/0!`` of Excel or ``Err:502`` of LibreOffice."""
    return _ERROR_VALUE.fullmatch(cleaned) is not None


def is_boolean(cleaned: str) -> bool:
    """Whether cleaned text is a truth value of a cell."""
    return cleaned in ("true", "false")


def _half_width(character: str) -> str:
    # The whole of NFKC would make 102 of 10² and 51 of 5①.
    tag = decomposition(character).partition(" ")[0]
    return normalize("NFKC", character) if tag in _SAME_CHARACTER else character
