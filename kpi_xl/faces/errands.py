"""What each button does to a book that is open in Excel: one small function for each row of book/ribbon.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kpi_xl.book.ribbon import BUTTON_BY_KEY
from kpi_xl.errors import WorkbookError
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import CellOut, Patch, Scalar, SheetOut, TableGrid

if TYPE_CHECKING:
    from kpi_xl.commands.receipt import Receipt
    from kpi_xl.hosts.excel.books import Book
    from kpi_xl.hosts.excel.host import ExcelHost

SETTINGS = "tblSettings"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an errand is run with."""

    key: str                            # of the button
    book: Book
    live: ExcelHost
    lang: Lang
    say: Tell                           # shows a text in the status bar

    def tell(self, step: str, **facts: object) -> None:
        """Say how far it is, in the words of labels/live.toml."""
        button = label("ribbon", f"button.{self.key}", self.lang)
        self.say(label("live", f"step.{step}", self.lang).format(button=button, **facts))

    @property
    def path(self) -> Path | None:
        """Where the book is on this machine; None for one on the web or never saved."""
        from kpi_xl.hosts.machine.dated_copies import is_on_disk

        place = Path(self.live.full_name)
        return place if is_on_disk(place) else None

    @property
    def folder(self) -> Path:
        """Where files for the user go: beside the book, or among his documents."""
        if self.path is not None:
            return self.path.parent
        documents = Path.home() / "Documents"
        return documents if documents.is_dir() else Path.home()


class Told:
    """The live host, which says in the status bar when it reads and when it writes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._host = desk.live

    @property
    def name(self) -> str:
        """Name of the workbook."""
        return self._host.name

    @property
    def full_name(self) -> str:
        """Where the workbook is: its sources may lie beside it."""
        return self._host.full_name

    def tables(self) -> Mapping[str, TableGrid]:
        """Every table by its name."""
        self._desk.tell("read")
        return self._host.tables()

    def named_cell(self, name: str) -> Scalar:
        """Value behind a defined name."""
        return self._host.named_cell(name)

    def formulas(self, anchor: str) -> Mapping[tuple[int, int], str]:
        """Formulas of the sheet that holds this table or name."""
        return self._host.formulas(anchor)

    def write(self, sheets: Sequence[SheetOut], patches: Sequence[Patch]) -> None:
        """Replace the cells of sheets and patch single cells."""
        self._desk.tell("write")
        self._host.write(sheets, patches)

    def graft(self, donor: Path, after: str = "") -> tuple[str, ...]:
        """Take over all sheets of a donor workbook."""
        self._desk.tell("write")
        return self._host.graft(donor, after)


@contextmanager
def copied(desk: Desk) -> Iterator[Path]:
    """A file with the book as it is now, for commands that work on files."""
    desk.tell("copy")
    with TemporaryDirectory(prefix="kpi-xl-", ignore_cleanup_errors=True) as folder:
        name = desk.live.name
        path = Path(folder) / (name if Path(name).suffix else f"{name}.xlsx")
        desk.live.save_copy(path)
        yield path


# Each errand imports what it runs: a click may start a fresh interpreter, and every import is waited for.


def _score(desk: Desk) -> Receipt:
    from kpi_xl.commands.score import score

    return score(Told(desk))


def _check(desk: Desk) -> Receipt:
    from kpi_xl.commands.check import check

    return check(Told(desk))


def _verify(desk: Desk) -> Receipt:
    from kpi_xl.commands.verify import verify
    from kpi_xl.faces.speech import say
    from kpi_xl.labels import table

    def progress(step: str) -> None:
        known = f"progress.{step}" in table("cli")
        what = say(f"progress.{step}", desk.lang) if known else say("progress.engine", desk.lang, engine=step)
        desk.tell("work", what=what)

    with copied(desk) as path:
        return verify(path, progress=progress)


def _explain(desk: Desk) -> Receipt:
    from kpi_xl.commands.explain import explain

    card, kpi = _chosen(desk)
    return explain(Told(desk), card, kpi, desk.lang)


def _chosen(desk: Desk) -> tuple[str, str | None]:
    """Card and indicator of the row that is selected in a result table; else the card that the form shows."""
    from kpi_xl.book.rows import positions
    from kpi_xl.book.sheets import TABLES

    picked, grids = desk.live.selected(), desk.live.tables()
    for name in ("tblDetail", "tblCards"):
        grid = grids.get(name)
        if grid is None or picked is None or grid.sheet != picked[0]:
            continue
        index = picked[1] - grid.row - 1
        if 0 <= index < len(grid.rows):
            found = positions(TABLES[name], grid, [])
            row = {key: grid.rows[index][found[key]] for key in ("card", "kpi") if key in found}
            if isinstance(row["card"], str):
                return row["card"], str(row["kpi"]) if row.get("kpi") else None
    return str(desk.live.named_cell("k_card") or ""), None


def _refresh(desk: Desk) -> Receipt:
    from kpi_xl.commands.raw_packages import require_raw

    require_raw()
    from kpi_xl.commands.refreshing import refresh

    return refresh(Told(desk))


def _facts(desk: Desk) -> Receipt:
    from kpi_xl.commands.raw_packages import require_raw

    require_raw()
    from kpi_xl.commands.raw_facts import facts

    return facts(Told(desk), is_planned=True)


def _weigh(desk: Desk) -> Receipt:
    from kpi_xl.commands.weigh import weigh

    return weigh(Told(desk), progress=lambda _, done, every: desk.tell("count", done=done, all=every))


def _targets(desk: Desk) -> Receipt:
    from kpi_xl.commands.targets import targets

    return targets(Told(desk), progress=lambda step: desk.tell("work", what=step))


def _health(desk: Desk) -> Receipt:
    from kpi_xl.commands.health import health

    return health(Told(desk))


def _calibrate(desk: Desk) -> Receipt:
    from kpi_xl.commands.calibrate import calibrate

    return calibrate(Told(desk))


def _publish(desk: Desk) -> Receipt:
    return _published(desk)


def _print_all(desk: Desk) -> Receipt:
    return _published(desk, pdf="cards")


def _copies(desk: Desk) -> Receipt:
    return _published(desk, copies="person")


def _published(desk: Desk, pdf: str = "", copies: str = "") -> Receipt:
    from kpi_xl.commands.publish import publish

    stem = Path(desk.live.name).stem
    out = desk.folder / f"{stem}-{label('seal', 'file.published', desk.lang)}.xlsx"
    progress: Callable[[str, int, int], None] = lambda what, done, every: desk.tell(  # noqa: E731
        "count", done=done, all=every
    )
    with copied(desk) as path:
        return publish(path, out, pdf=pdf, copies=copies, progress=progress)  # type: ignore[arg-type]


def _new(desk: Desk) -> Receipt:
    from kpi_xl.commands.new import new
    from kpi_xl.commands.publishing import free_path
    from kpi_xl.hosts.file import FileHost

    period = f"{date.today():%Y-%m}"
    path = free_path(desk.folder / f"{label('ribbon', 'tab', desk.lang)} {period}.xlsx")
    receipt = new(path, FileHost, lang=desk.lang, period=period)
    desk.book.app.books.open(str(path))
    return replace(receipt, issues=(), facts={**receipt.facts, "files": [str(path)]})


def _doctor(desk: Desk) -> Receipt:
    from kpi_xl.commands.doctor import doctor

    return doctor(desk.path)


def _self_test(desk: Desk) -> Receipt:
    from kpi_xl.commands.self_test import RATIO, Surroundings, library, self_test, with_cell
    from kpi_xl.hosts.excel.books import xlwings

    around = Surroundings(
        program=f"{desk.book.app.engine.name} {desk.book.app.version}",
        xlwings=str(xlwings().__version__),
        place=desk.live.full_name,
        library=library(),
    )
    receipt = self_test(Told(desk), around)
    sheet = desk.live.add_sheet(label("live", "test.sheet", desk.lang))
    name, arguments, _ = RATIO
    formula = f"{name}({','.join(f'{argument:g}' for argument in arguments)})"
    place = len(with_cell(receipt, None).facts["rows"]) + 1, 3  # type: ignore[arg-type]
    desk.live.put(sheet, [CellOut(*place, None, formula)])
    tested = with_cell(receipt, desk.live.value_at(sheet, *place))
    desk.live.put(sheet, [cell for cell in _sheet_cells(tested, desk.lang) if (cell.row, cell.column) != place])
    return replace(tested, facts={**tested.facts, "sheet": sheet})


def _sheet_cells(receipt: Receipt, lang: Lang) -> Iterator[CellOut]:
    """One row for each answer, under headings; the formula's own row keeps the formula."""
    rows: Sequence[Mapping[str, str]] = receipt.facts["rows"]  # type: ignore[assignment]
    said: list[tuple[Scalar, ...]] = [tuple(label("live", f"test.{key}", lang) for key in ("check", "state", "found"))]
    for row in rows:
        named = label("live", f"test.{row['check']}", lang), label("live", f"state.{row['state']}", lang)
        said.append((*named, row["found"]))
    said.append((label("live", "test.seconds", lang), None, round(receipt.seconds, 2)))
    for number, line in enumerate(said, start=1):
        yield from (CellOut(number, column, value) for column, value in enumerate(line, start=1))


ERRANDS: Mapping[str, Callable[[Desk], Receipt]] = {
    "score": _score, "check": _check, "verify": _verify, "explain": _explain, "refresh": _refresh,
    "facts": _facts, "weigh": _weigh, "targets": _targets,
    "health": _health, "calibrate": _calibrate, "publish": _publish, "print_all": _print_all,
    "copies": _copies, "new": _new, "doctor": _doctor, "self_test": _self_test,
}  # fmt: skip


def run(desk: Desk) -> Receipt:
    """Do what the button says.

    Raises
    ------
    WorkbookError
        ``E-BUTTON-UNKNOWN``: the workbook is newer than this program; ``E-BOOK-STRANGE``: no appraisal workbook is
        open; and whatever the command raises.
    """
    if desk.key not in ERRANDS:
        raise WorkbookError("E-BUTTON-UNKNOWN", found=desk.key, wanted=", ".join(ERRANDS))
    if BUTTON_BY_KEY[desk.key].needs == "book" and SETTINGS not in desk.live.tables():
        raise WorkbookError("E-BOOK-STRANGE", found=SETTINGS)
    return ERRANDS[desk.key](desk)
