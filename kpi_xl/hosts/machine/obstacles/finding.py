"""One line of the diagnosis, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpi_xl.model.issue import Issue

State = Literal["ok", "warn", "error", "absent", "unknown"]
"""``absent``: does not apply to this machine; ``unknown``: could not be found out, which is never "ok"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found on one question; its words are ``STATE.KEY`` in labels/doctor.toml, or the issue's message."""

    key: str
    state: State
    args: Mapping[str, object] = field(default_factory=dict)
    issue: Issue | None = None


def ok(key: str, **args: object) -> Finding:
    """The question has a good answer."""
    return Finding(key, "ok", args)


def absent(key: str) -> Finding:
    """The question does not arise on this machine."""
    return Finding(key, "absent")


def unknown(key: str, **args: object) -> Finding:
    """The answer could not be found out."""
    return Finding(key, "unknown", args)


def stands(key: str, code: str, place: str, **args: object) -> Finding:
    """Something stands in the way, or soon will."""
    issue = Issue(code, place, args)
    return Finding(key, "error" if issue.severity == "error" else "warn", args, issue)
