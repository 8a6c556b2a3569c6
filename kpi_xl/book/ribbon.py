"""The buttons a person presses: one row each, from which ribbon, VBA, toolbar, window and dispatch are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["book", "none"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button; its words are ``button.KEY``, ``tip.KEY`` and ``more.KEY`` in labels/ribbon.toml.

    `key` is the command, and of VBA's bell ``Kpi`` + `bell`.
    """

    key: str
    group: str                          # group.KEY in labels/ribbon.toml
    icon: str                           # imageMso: one of Office's own pictures
    needs: Place = "book"               # whether there must be an open appraisal workbook
    is_large: bool = False

    @property
    def bell(self) -> str:
        """Name of the VBA procedure that rings: ``KpiScore``, ``KpiSelfTest``."""
        return "Kpi" + "".join(word.capitalize() for word in self.key.split("_"))


BUTTONS = (
    Button("score", "calculate", "CalculateNow", is_large=True),
    Button("check", "calculate", "ReviewAcceptChange", is_large=True),
    Button("verify", "calculate", "CompareAndCombine"),
    Button("explain", "calculate", "TracePrecedents"),
    Button("refresh", "data", "RefreshAll", is_large=True),
    Button("facts", "data", "Calculator"),
    Button("weigh", "plan", "FunctionWizard"),
    Button("targets", "plan", "TraceDependents"),
    Button("health", "plan", "MailMergeAutoCheckForErrors"),
    Button("calibrate", "plan", "PropertySheet"),
    Button("publish", "share", "FileSaveAs", is_large=True),
    Button("print_all", "share", "FilePrintQuick"),
    Button("copies", "share", "CopyToPersonalContacts"),
    Button("new", "setup", "FileNew", needs="none"),
    Button("doctor", "setup", "TechnicalSupport", needs="none"),
    Button("self_test", "setup", "TableTestValidationRules"),
)
"""In the order of the ribbon. A new command joins by a row here and its words."""
GROUPS = tuple(dict.fromkeys(button.group for button in BUTTONS))
BUTTON_BY_KEY = {button.key: button for button in BUTTONS}
