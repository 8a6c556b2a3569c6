"""self-test: each part tried in turn, the answers as rows that a tester can send back; the book is not changed."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Literal

from kpi_xl.book.appraisal import evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.example import example
from kpi_xl.book.sheets import STARTING_TABLES, TABLES
from kpi_xl.commands.call import call
from kpi_xl.commands.check import read_and_check
from kpi_xl.commands.new import new_from
from kpi_xl.commands.publishing import engine_version
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.machine.places import XLWINGS
from kpi_xl.hosts.port import WorkbookHost

State = Literal["ok", "error", "absent"]
RATIO = ("KPI_RATIO", (30.0, 1000.0), 0.03)
EXAMPLE_TOTAL = 99.22


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What only the program around the book knows."""

    program: str                            # such as "Excel 16.0"
    xlwings: str                            # its version; "" where it has no part
    place: str                              # path or address of the book
    library: Path | None = None             # of the worksheet functions, where the system has one


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the sheet; `key` names it in labels/live.toml."""

    key: str
    state: State
    found: str


def self_test(host: WorkbookHost, around: Surroundings) -> Receipt:
    """Try every part that needs nothing but the book and this Python."""
    start = perf_counter()
    answers = tuple(_answers(host, around))
    rows = [{"check": answer.key, "state": answer.state, "found": answer.found} for answer in answers]
    states = Counter(answer.state for answer in answers)
    return Receipt(
        "self_test", host.name, (), {"rows": rows}, is_done=not states["error"], seconds=perf_counter() - start
    )


def _answers(host: WorkbookHost, around: Surroundings) -> Iterator[Answer]:
    yield Answer("version", "ok", engine_version())
    yield Answer("python", "ok", f"{platform.python_version()} {platform.architecture()[0]} {sys.executable}")
    yield Answer("system", "ok", platform.platform())
    yield Answer("program", "ok", around.program)
    yield _xlwings(around)
    yield _library(around)
    yield Answer("place", "ok", around.place)
    for key, test in TESTS.items():
        yield _tried(key, lambda test=test: test(host))  # type: ignore[misc]


def _xlwings(around: Surroundings) -> Answer:
    if not around.xlwings:
        return Answer("xlwings", "absent", "")
    return Answer("xlwings", "ok" if around.xlwings == XLWINGS else "error", f"{around.xlwings} / {XLWINGS}")


def _library(around: Surroundings) -> Answer:
    """VBA loads the library by a name with the version in it, from where Python is."""
    if around.library is None:
        return Answer("library", "absent", "")
    return Answer("library", "ok" if around.library.is_file() else "error", str(around.library))


def library() -> Path | None:
    """The library that xlwings installs with this Python on Windows, where VBA looks for it; None elsewhere."""
    if sys.platform != "win32":
        return None
    bits = "64" if sys.maxsize > 2**32 else "32"
    return Path(sys.prefix) / f"xlwings{bits}-{XLWINGS}.dll"


def _tried(key: str, test: Callable[[], tuple[bool, str]]) -> Answer:
    """A part that fails is an answer too: the sheet is there to say so."""
    try:
        is_right, found = test()
    except Exception as failure:
        is_right, found = False, f"{type(failure).__name__}: {failure}"
    return Answer(key, "ok" if is_right else "error", found)


def _tables(host: WorkbookHost) -> tuple[bool, str]:
    grids = host.tables()
    read = {name: len(grids[name].rows) for name in grids if name in TABLES}
    return read.keys() >= STARTING_TABLES.keys(), f"{len(read)} / {len(STARTING_TABLES)}; {sum(read.values())}"


def _issues(host: WorkbookHost) -> tuple[bool, str]:
    counts = Counter(issue.severity for issue in read_and_check(host).issues)
    return True, ", ".join(f"{severity} {counts[severity]}" for severity in ("error", "warn", "info"))


def _dry_run(host: WorkbookHost) -> tuple[bool, str]:
    checked = read_and_check(host)
    cards = evaluate(spoiled(checked.inputs, checked.issues), checked.lang).appraisal.cards
    totals = [card.total for card in cards if card.total is not None]
    return bool(cards), f"{len(totals)} / {len(cards)}; {', '.join(f'{total:.2f}' for total in totals[:5])}"


def _example(_: WorkbookHost) -> tuple[bool, str]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "example.xlsx"
        new_from(path, FileHost, example("zh"), "zh")
        cards: list[Mapping[str, object]] = score(FileHost(path)).facts["cards"]  # type: ignore[assignment]
    return [card["total"] for card in cards] == [EXAMPLE_TOTAL], ", ".join(str(card["total"]) for card in cards)


def _function(_: WorkbookHost) -> tuple[bool, str]:
    name, arguments, wanted = RATIO
    found = call(name, arguments)
    return found == wanted, str(found)


def with_cell(receipt: Receipt, value: object) -> Receipt:
    """The receipt with the value that a cell shows for the same function; an error value where it has none."""
    is_right = False
    with suppress(TypeError, ValueError):
        is_right = abs(float(str(value)) - RATIO[2]) < 1e-12
    state: State = "ok" if is_right else "error" if sys.platform == "win32" else "absent"
    rows: list[Mapping[str, str]] = receipt.facts["rows"]  # type: ignore[assignment]
    facts = {"rows": [*rows, {"check": "cell", "state": state, "found": str(value)}]}
    is_done = receipt.is_done and state != "error"
    return Receipt(receipt.command, receipt.book, receipt.issues, facts, is_done, receipt.seconds)


TESTS: Mapping[str, Callable[[WorkbookHost], tuple[bool, str]]] = {
    "tables": _tables, "issues": _issues, "dry_run": _dry_run, "example": _example, "function": _function,
}  # fmt: skip
