"""Names of sheets: a free one for a new sheet, and references that follow it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from kpi_xl.hosts.ooxml.xmltext import formula_xml, xml_characters

MAX_NAME = 31
_TOKEN = re.compile(r"\"(?:[^\"]|\"\")*\"|'((?:[^']|'')+)'!|([^\W\d][\w.]*)!")
_FORMULA = re.compile(rb"(<(?:\w+:)?(?:f|formula|formula1|formula2)(?:\s[^>]*)?>)([^<]*)(?=</)")


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name, or the same with a number when a sheet has it already, whatever its case.

    >>> free_name("Roles", ["Plan", "ROLES"])
    'Roles (2)'
    """
    known = {name.casefold() for name in taken}
    endings = ("", *(f" ({number})" for number in range(2, len(known) + 3)))
    names = (wanted[: MAX_NAME - len(ending)] + ending for ending in endings)
    return next(name for name in names if name.casefold() not in known)


def renamed(formula: str, names: Mapping[str, str]) -> str:
    """A formula whose references to sheets follow their new names; texts in it stay.

    >>> print(renamed("Roles!A1&'Roles'!B2&\\"Roles!\\"", {"Roles": "Roles (2)"}))
    'Roles (2)'!A1&'Roles (2)'!B2&"Roles!"
    """

    def follow(match: re.Match[str]) -> str:
        name = (match[1] or "").replace("''", "'") or match[2]
        if name not in names:
            return match[0]
        return "'" + names[name].replace("'", "''") + "'!"

    return _TOKEN.sub(follow, formula)


def referred(formula: str) -> frozenset[str]:
    """Names of the sheets that a formula looks at.

    >>> sorted(referred("SUM('Score detail'!A1:A9)+Plan!B2&\\"Roles!\\""))
    ['Plan', 'Score detail']
    """
    found = (match.groups() for match in _TOKEN.finditer(formula))
    return frozenset((quoted or "").replace("''", "'") or plain for quoted, plain in found if quoted or plain)


def with_names(part: bytes, names: Mapping[str, str]) -> bytes:
    """A part whose formulas follow the new names."""
    if not names:
        return part
    return _FORMULA.sub(
        lambda match: match[1] + formula_xml(renamed(xml_characters(match[2]), names)).encode(), part
    )
