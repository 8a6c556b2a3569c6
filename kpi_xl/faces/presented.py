"""What the window shows after a button, as a value; nothing here knows how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kpi_xl.commands.receipt import Receipt, issue_json
from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.faces.speech import number, say
from kpi_xl.labels import Lang, label, message

Tone = Literal["quiet", "good", "warn", "bad"]
Progress = Callable[[str, int, int], None]
"""Told what is being made, how many of it are done, and how many there are to be."""
CARD_COLUMNS = ("card", "subject", "total", "grade", "coefficient", "rank", "status")
ISSUE_COLUMNS = ("severity", "code", "cell", "message", "mend")
TONES: dict[str, Tone] = {"error": "bad", "warn": "warn", "info": "quiet"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: its cells in the order of the columns, and how it is coloured."""

    cells: tuple[str, ...]
    tone: Tone = "quiet"


@dataclass(frozen=True, slots=True)
class Shown:
    """One outcome: a line, the cards, the issues, and the file to open."""

    line: str
    tone: Tone = "quiet"
    mend: str = ""
    cards: tuple[Row, ...] = ()
    issues: tuple[Row, ...] = ()
    opens: Path | None = None

    @property
    def first_list(self) -> Literal["cards", "issues"]:
        """Which list a person wants to see first."""
        return "issues" if self.issues and (self.tone == "bad" or not self.cards) else "cards"


def phrase(key: str, lang: Lang, **facts: object) -> str:
    """One line of labels/window.toml."""
    return label("window", key, lang).format(**facts)


def act(key: str, book: Path, lang: Lang, progress: Progress = lambda _what, _done, _all: None) -> Shown:
    """Do what a button says; whatever goes wrong comes back in words."""
    try:
        return presented(ACTIONS[key](book, progress), book, lang)
    except KpiError as error:
        return failure(error, lang, book)
    except Exception as error:
        return failure(WorkbookError("E-INTERNAL", kind=type(error).__name__, text=str(error)), lang, book)


def failure(error: KpiError, lang: Lang, book: Path | None = None) -> Shown:
    """Something that could not be done at all."""
    what, _, mend = message(error.code, error.args_by_name, lang).partition(" → ")
    row = Row((say("severity.error", lang), error.code, "", what, mend), "bad")
    return Shown(what, "bad", mend, issues=(row,), opens=book if book is not None and book.is_file() else None)


def presented(receipt: Receipt, book: Path, lang: Lang) -> Shown:
    """A receipt as the window shows it."""
    issues = tuple(_issue_row(issue_json(issue, lang), lang) for issue in receipt.issues)
    cards = tuple(_card_row(card, lang) for card in _listed(receipt, "cards"))
    files = [Path(str(file)) for file in _listed(receipt, "files")]
    tone: Tone = "bad" if receipt.exit_code else "warn" if any(row.tone == "warn" for row in issues) else "good"
    line = LINES.get(receipt.command, _files_line)(receipt, lang)
    return Shown(line, tone, "", cards, issues, files[0] if files else book)


def _listed(receipt: Receipt, key: str) -> list[Any]:
    found = receipt.facts.get(key, [])
    return list(found) if isinstance(found, (list, tuple)) else []


def _issue_row(issue: Mapping[str, Any], lang: Lang) -> Row:
    named = {**issue, "severity": say(f"severity.{issue['severity']}", lang)}
    return Row(tuple(str(named[column]) for column in ISSUE_COLUMNS), TONES[issue["severity"]])


def _card_row(card: Mapping[str, Any], lang: Lang) -> Row:
    total = number(None) if card["total"] is None else f"{card['total']:.2f}"
    said = {
        **card,
        "total": total,
        "coefficient": number(card["coefficient"]),
        "status": label("words", f"card.{card['status']}", lang),
    }
    cells = tuple(number(None) if said[column] in (None, "") else str(said[column]) for column in CARD_COLUMNS)
    return Row(cells, "warn" if card["total"] is None else "quiet")


def _counts(receipt: Receipt) -> dict[str, int]:
    return {severity: sum(issue.severity == severity for issue in receipt.issues) for severity in TONES}


def _score_line(receipt: Receipt, lang: Lang) -> str:
    if not receipt.is_done:
        return phrase("done.score.not", lang, **_counts(receipt))
    cards, period = _listed(receipt, "cards"), receipt.facts["period"]
    withheld = sum(card["total"] is None for card in cards)
    if receipt.exit_code:
        return phrase("done.score.some", lang, n=len(cards), withheld=withheld, **_counts(receipt))
    if len(cards) == 1 and cards[0]["total"] is not None:
        card = cards[0]
        total, grade = f"{card['total']:.2f}", card["grade"]
        return phrase("done.score.one", lang, subject=card["subject"], total=total, grade=grade, period=period)
    return phrase("done.score", lang, period=period, n=len(cards), seconds=receipt.seconds)


def _check_line(receipt: Receipt, lang: Lang) -> str:
    return phrase("done.check" if receipt.issues else "done.check.clean", lang, **_counts(receipt))


def _files_line(receipt: Receipt, lang: Lang) -> str:
    files = _listed(receipt, "files")
    if not receipt.is_done or not files:
        return phrase("done.files.not", lang, **_counts(receipt))
    place = Path(str(files[0]))
    return phrase("done.files", lang, n=len(files), place=place.name if len(files) == 1 else str(place.parent))


# Each act imports what it uses: the window stands before the first of them is needed.


def _score(book: Path, progress: Progress) -> Receipt:
    from kpi_xl.commands.score import score
    from kpi_xl.hosts.file import FileHost

    return score(FileHost(book))


def _check(book: Path, progress: Progress) -> Receipt:
    from kpi_xl.commands.check import check
    from kpi_xl.hosts.file import FileHost

    return check(FileHost(book))


def _publish(book: Path, progress: Progress) -> Receipt:
    from kpi_xl.commands.publish import publish

    return publish(book, progress=progress)


def _print_all(book: Path, progress: Progress) -> Receipt:
    from kpi_xl.commands.publish import publish

    return publish(book, pdf="merged", progress=progress)


def _copies(book: Path, progress: Progress) -> Receipt:
    from kpi_xl.commands.publish import publish

    return publish(book, copies="person", progress=progress)


ACTIONS: dict[str, Callable[[Path, Progress], Receipt]] = {
    "score": _score, "check": _check, "publish": _publish, "print_all": _print_all, "copies": _copies,
}  # fmt: skip
"""The window's buttons by their key in book/ribbon.py, in the order shown."""
LINES: dict[str, Callable[[Receipt, Lang], str]] = {"score": _score_line, "check": _check_line}
