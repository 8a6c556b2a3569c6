"""What is wrong with a formula: a value with the place in the text, never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding in a formula; `at` counts characters from 1, without the leading equals sign."""

    code: str                                                   # E-FORMULA-...
    at: int
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, object]:
        """What its message speaks of, the place included."""
        return {"at": self.at, **self.args}


class Faulty(Exception):  # noqa: N818  it never leaves the rooms of the language, where it becomes a value
    """Carries a fault up from deep inside a formula."""

    def __init__(self, code: str, at: int, **args: object) -> None:
        super().__init__(code)
        self.fault = Fault(code, at, args)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like a misspelt one, or "" when none is near.

    >>> nearest("paid_amuont", ["paid_amount", "pay_time"])
    'paid_amount'
    """
    by_fold = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[found[0]] if found else ""
