"""Rectangles of cells, as the file writes them: ``A5:H20``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kpi_xl.model.grid import a1, column_number

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first, last = a1(self.top, self.left), a1(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def covering(self, other: Area) -> Area:
        """The smallest area around both."""
        return Area(
            min(self.top, other.top), min(self.left, other.left),
            max(self.bottom, other.bottom), max(self.right, other.right),
        )


def area_from(text: str) -> Area | None:
    """The area of a reference without a sheet; None when it is none.

    >>> str(area_from("$B$2:$D$9"))
    'B2:D9'
    """
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    return Area(int(top), column_number(left), int(bottom or top), column_number(right or left))
