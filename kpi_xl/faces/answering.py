"""A button of a live book answered: the errand run, whatever came of it in the reader's words, the cell to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.labels import Lang, label, message

if TYPE_CHECKING:
    from kpi_xl.commands.receipt import Receipt
    from kpi_xl.hosts.excel.books import Book
    from kpi_xl.hosts.excel.host import ExcelHost
    from kpi_xl.model.issue import Issue

SHOWN = 5
"""Issues that the message box lists."""
LONGEST_LINE, LONGEST_TEXT = 160, 1000
"""Characters; a message box that is taller than the screen has no button any more."""
LOUD = ("error", "warn")
SPOKEN = ("verify", "explain", "refresh", "facts", "weigh", "targets", "health", "calibrate")
"""Commands whose answer is as on the command line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is told after a button."""

    title: str
    text: str
    is_wrong: bool
    lang: Lang                          # that of the texts
    goes_to: str = ""                   # the cell of the first issue, "" when there is nothing to see
    receipt: Receipt | None = None      # None when the errand could not be run


def answered(key: str, book: Book, lang: Lang | None = None) -> Answer:
    """Run an errand on an open book; whatever goes wrong comes back in words, never as a traceback.

    Parameters
    ----------
    key : str
        Of the button, see book/ribbon.py.
    book : Book
        The open workbook (xlwings).
    lang : "zh" or "en", optional
        The reader's language; that of the book when absent, else Excel's.
    """
    spoken: Lang = lang or surroundings_lang()
    try:
        from kpi_xl.hosts.excel.books import xlwings
        from kpi_xl.hosts.excel.host import ExcelHost
        from kpi_xl.hosts.excel.session import status_bar

        xlwings()
        live = ExcelHost(book)
        spoken = lang or book_lang(live) or spoken
        with status_bar(book.app):
            receipt = _run(key, book, live, spoken)
        answer = _answer(key, receipt, spoken)
        live.go_to(answer.goes_to)
        return answer
    except KpiError as error:
        return failed(key, error, spoken)
    except Exception as error:
        if os.environ.get("KPI_XL_DEBUG"):
            raise
        return failed(key, WorkbookError("E-INTERNAL", kind=type(error).__name__, text=str(error)), spoken)


def _run(key: str, book: Book, live: ExcelHost, lang: Lang) -> Receipt:
    from kpi_xl.faces.errands import Desk, run

    def say(text: str) -> None:
        book.app.status_bar = text

    return run(Desk(key, book, live, lang, say))


def book_lang(live: ExcelHost) -> Lang | None:
    """The language that the book's settings say, else that of Excel's menus; None where neither can be asked."""
    from kpi_xl.book.settings import read_settings

    try:
        grid = live.tables().get("tblSettings")
        return read_settings(grid, []).settings.lang if grid is not None else live.menu_lang()  # type: ignore[return-value]
    except KpiError:
        return None


def surroundings_lang() -> Lang:
    """The reader's language by the environment."""
    import locale

    names = [os.environ.get(name, "") for name in ("KPI_XL_LANG", "LC_ALL", "LANG")]
    names.append(locale.getlocale()[0] or "")
    return "zh" if any(name.lower().startswith(("zh", "chinese")) for name in names if name) else "en"


def failed(key: str, error: KpiError, lang: Lang) -> Answer:
    """Something that could not be done at all."""
    what, _, mend = message(error.code, error.args_by_name, lang).partition(" → ")
    return Answer(_title(key, lang), _cut("\n".join([what, f"→ {mend}"] if mend else [what])), True, lang)


def _answer(key: str, receipt: Receipt, lang: Lang) -> Answer:
    loud = [issue for issue in receipt.issues if issue.severity in LOUD]
    text = "\n".join([*summary(receipt, lang), *_issue_lines(receipt.issues, lang)])
    goes_to = next((issue.cell for issue in loud if issue.cell), "") if key in ("score", "check") else ""
    if "sheet" in receipt.facts:
        goes_to = str(receipt.facts["sheet"])
    return Answer(_title(key, lang), _cut(text), bool(receipt.exit_code), lang, goes_to, receipt)


def _title(key: str, lang: Lang) -> str:
    button = f"button.{key}"
    words = {"tab": label("ribbon", "tab", lang), "button": _known(button, lang) or key}
    return label("live", "box.title", lang).format(**words)


def _known(key: str, lang: Lang) -> str:
    from kpi_xl.labels import table

    return table("ribbon")[key][lang] if key in table("ribbon") else ""


def _issue_lines(issues: Iterable[Issue], lang: Lang) -> Iterator[str]:
    from kpi_xl.commands.receipt import issue_json
    from kpi_xl.faces.speech import say

    listed = list(issues)
    for issue in listed[:SHOWN]:
        said = issue_json(issue, lang)
        yield ""
        yield f"{say(f'severity.{issue.severity}', lang)}  {issue.cell}".rstrip()
        yield _line(str(said["message"]))
        if said["mend"]:
            yield _line(f"→ {said['mend']}")
    if len(listed) > SHOWN:
        yield ""
        yield label("live", "box.more", lang).format(n=len(listed) - SHOWN)


def summary(receipt: Receipt, lang: Lang) -> list[str]:
    """What was done, in a few lines."""
    facts: Mapping[str, Any] = receipt.facts
    if receipt.command == "new":
        return [label("live", "said.new", lang).format(place=facts["files"][0])]
    if receipt.command == "self_test":
        states = [row["state"] for row in facts["rows"]]
        counts = {state: states.count(state) for state in ("ok", "error", "absent")}
        return [label("live", "said.self_test", lang).format(sheet=facts["sheet"], **counts)]
    if receipt.command == "doctor":
        from kpi_xl.faces.setup_speech import doctor_lines

        return list(doctor_lines(receipt, lang))[-1:]
    if receipt.command in SPOKEN:
        return _spoken(receipt, lang)
    from kpi_xl.faces.presented import LINES, _files_line

    return [LINES.get(receipt.command, _files_line)(receipt, lang)]


def _spoken(receipt: Receipt, lang: Lang) -> list[str]:
    """As on the command line; of a whole card one line for each indicator, for its details fill a screen each."""
    from kpi_xl.faces.speech import SPEAKERS

    lines = list(SPEAKERS[receipt.command](receipt, lang))
    items: Any = receipt.facts.get("items", ())
    return [line for line in lines if not (len(items) > 1 and line.startswith("    "))]


def _line(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
