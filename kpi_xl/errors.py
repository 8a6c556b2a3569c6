"""What can go wrong, as exceptions that carry a code and arguments, never prose.

    KpiError
    ├─ WorkbookError    the file cannot be used: not a workbook, truncated, encrypted, read-only ...
    ├─ MethodError      the mathematics is impossible for these numbers
    └─ FunctionError    a worksheet function was called wrongly

A user's data never raises: it becomes an `Issue` (model/issue.py). The faces put code and arguments into words
(labels/messages.toml), in the reader's language.
"""

from __future__ import annotations


class KpiError(Exception):
    """A failure with a stable code, such as ``E-BOOK-ENCRYPTED``, and the facts that belong to it."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code, args)
        self.code = code
        self.args_by_name = args

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.args_by_name.items())
        return f"{self.code}({facts})"


class WorkbookError(KpiError):
    """The workbook file cannot be read or written."""


class MethodError(KpiError):
    """A method has no result for these numbers."""


class FunctionError(KpiError):
    """A worksheet function got arguments it cannot use."""
