"""What a command did, as a value; the faces put it in words or in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpi_xl.labels import Lang, message
from kpi_xl.model.issue import Issue

ORDER = {"error": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a command on one book."""

    command: str
    book: str
    issues: tuple[Issue, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)   # what the command itself reports, ready for JSON
    is_done: bool = True                                        # False when nothing was written because of errors
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 when there is no error (warnings allowed), 1 otherwise."""
        return int(not self.is_done or any(issue.severity == "error" for issue in self.issues))


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Errors first, then warnings, then notes; each in the order found, none twice."""
    unique = {(issue.code, issue.cell, repr(sorted(issue.args.items()))): issue for issue in reversed(tuple(issues))}
    kept = reversed(tuple(unique.values()))
    return tuple(sorted(kept, key=lambda issue: ORDER[issue.severity]))


def issue_json(issue: Issue, lang: Lang) -> Mapping[str, object]:
    """An issue as data: code, severity, cell, message and mend in the reader's language."""
    text = message(issue.code, issue.args, lang)
    what, _, mend = text.partition(" → ")
    return {
        "code": issue.code,
        "severity": issue.severity,
        "cell": issue.cell,
        "message": what,
        "mend": mend,
        "cards": sorted(issue.cards),
    }


def as_json(receipt: Receipt, lang: Lang) -> Mapping[str, object]:
    """The whole receipt as data."""
    return {
        "command": receipt.command,
        "book": receipt.book,
        **receipt.facts,
        "issues": [issue_json(issue, lang) for issue in receipt.issues],
        "seconds": round(receipt.seconds, 3),
    }
