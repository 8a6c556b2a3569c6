"""The few words of Excel's AppleScript dictionary that the host says past xlwings; a property is got and set."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.live import com

ALLOWS = {
    "allow_formatting_cells": "formatCells", "allow_formatting_columns": "formatColumns",
    "allow_formatting_rows": "formatRows", "allow_inserting_columns": "insertColumns",
    "allow_inserting_rows": "insertRows", "allow_inserting_hyperlinks": "insertHyperlinks",
    "allow_deleting_columns": "deleteColumns", "allow_deleting_rows": "deleteRows", "allow_sorting": "sort",
    "allow_filtering": "autoFilter", "allow_using_pivot_table": "pivotTables",
}  # fmt: skip


def ERROR(number: int) -> None:
    """AppleScript hands an error over as nothing."""


class Property:
    def __init__(self, get: Callable[[], Any], put: Callable[[Any], None] | None = None) -> None:
        self.get, self.set = get, put


def app(owner: Any) -> Any:
    return SimpleNamespace(is_there=True)


def book(owner: Any) -> Any:
    return SimpleNamespace(
        full_name=Property(lambda: owner.fullname), saved=Property(lambda: not owner.writes), styles=Styles(owner)
    )


class Styles:
    def __init__(self, owner: Any) -> None:
        self.name = Property(lambda: list(com.number_formats(owner)))
        self.number_format = Property(lambda: list(com.number_formats(owner).values()))

    def __getitem__(self, name: str) -> str:
        return name


def sheet(owner: Any) -> Any:
    xl = owner.xl
    lock = xl.protection
    return SimpleNamespace(
        protect_contents=Property(lambda: bool(lock.sheet)),
        protect_drawing_objects=Property(lambda: bool(lock.objects)),
        protect_scenarios=Property(lambda: bool(lock.scenarios)),
        protection_object=SimpleNamespace(
            **{name: Property(lambda key=key: not getattr(lock, key)) for name, key in ALLOWS.items()}
        ),
        filter_mode=Property(lambda: bool(xl.auto_filter.filterColumn)),
        show_all_data=lambda: com.show_all(xl, None),
        unprotect=lambda password: com.unprotect(xl, password),
        protect_worksheet=lambda drawing_objects, worksheet_contents, scenarios, **allowed: com.protect(
            xl, drawing_objects, worksheet_contents, scenarios, {ALLOWS[name]: said for name, said in allowed.items()}
        ),
    )


def cells(owner: Any) -> Any:
    shown = lambda: [["" if (v := owner.held(c)) is None else str(v) for c in line] for line in owner.rows_of_cells]  # noqa: E731
    return SimpleNamespace(
        string_value=Property(lambda: shown()[0][0] if owner.shape == (1, 1) else shown()),
        style_object=Property(lambda: None, lambda name: com.set_style(owner, name)),
    )


def table(owner: Any) -> Any:
    return SimpleNamespace(is_there=True)
