"""What cleaning one part needs to know of the rest of the book, and what it has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi_xl.hosts.publishing.outside import Inside, leans_outside
from kpi_xl.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Context:
    """The book around a part; `issues` gathers what a person is told."""

    inside: Inside
    sheets: Mapping[str, str]           # sheet name by part
    open_ranges: Mapping[str, str]      # cells that stay open under protection, by part
    issues: list[Issue] = field(default_factory=list)

    def is_outside(self, formula: str) -> bool:
        """Whether a formula does not travel."""
        return leans_outside(formula, self.inside)
