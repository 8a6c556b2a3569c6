"""The worksheet functions as Excel calls them through xlwings: shapes, blanks, errors, and the book behind queries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.faces.udf import FRESH, LONGEST_IN_BLOCK, describe, kept, udf, udfs
from kpi_xl.functions import CellFailure
from kpi_xl.functions.cells import Grid
from kpi_xl.functions.examples import examples
from kpi_xl.functions.failures import ERROR_VALUES
from kpi_xl.functions.registry import Argument, FunctionSpec
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.model.grid import TableGrid
from tests.commands.conftest import CopyBook, copy_book, example_books
from tests.faces import windows

__all__ = ["copy_book", "example_books"]

ROOT = Path(__file__).parents[2]
needs_xlwings = pytest.mark.skipif(find_spec("xlwings") is None, reason="the package xlwings is not installed")


def no_book() -> WorkbookHost:
    raise AssertionError("a function of its arguments alone asked for a book")


def test_a_function_offers_what_its_registry_row_says() -> None:
    for name, function in udfs(no_book).items():
        parameters = signature(function).parameters.values()
        assert function.__name__ == name
        assert [p.name for p in parameters] == [argument.name for argument in FUNCTIONS[name].arguments]
        assert [p.default is p.empty for p in parameters] == [not a.optional for a in FUNCTIONS[name].arguments]


def test_blocks_keep_their_shape_and_errors_are_told_by_their_text() -> None:
    functions = udfs(no_book)
    assert functions["KPI_RATIO"]([[30.0], [120.0], [None], ["#REF!"]], [[1000.0]]) == [[0.03], [0.12], [""], ["#REF!"]]
    assert functions["KPI_RATIO"]([[30.0, 5.0]], [[1000.0], [0.0]]) == [[0.03, 0.005], ["#DIV/0!", "#DIV/0!"]]
    assert functions["KPI_SCORE"]([["RATIO"]], [["abc"]], [[5.0]]) == [["#VALUE!"]]
    assert functions["KPI_RATIO"]([[1.0, 2.0]], [[1.0, 2.0, 3.0]]) == "#VALUE!"


def test_cells_of_currency_and_date_format_are_read() -> None:
    functions = udfs(no_book)
    assert functions["KPI_RATIO"]([[Decimal("30.0000")]], [[1000.0]]) == [[0.03]]
    assert functions["KPI_PARSE_NUM"]([[Decimal("12.5")]]) == [[12.5]]
    assert functions["KPI_PARSE_PERIOD"]([[datetime(2024, 3, 31)]]) == [["2024-03"]]


def stretched(text: Grid) -> Grid:
    return text


def test_only_inside_a_block_a_long_text_is_cut() -> None:
    spec = FunctionSpec("KPI_PARSE_NUM", stretched, (Argument("text", "text", False, None),))
    function = udf(spec, lambda: pytest.fail("no book is needed"))
    long = "长" * (LONGEST_IN_BLOCK + 1)
    assert function([[long]]) == [[long]]
    cut, short = function([[long], ["短"]])
    assert cut == [long[: LONGEST_IN_BLOCK - 1] + "…"]
    assert short == ["短"]
    assert function([[CellFailure("E-NUMBER")]]) == [["#VALUE!"]]


def test_queries_answer_from_the_calling_book(copy_book: CopyBook) -> None:
    path = copy_book("zh", scored=True)
    functions = udfs(lambda: FileHost(path))
    assert functions["KPI_FACT"]([["gpm"], ["毛利率"], ["?"]], [["d01"]], None) == [[0.21], [0.21], ["#N/A"]]
    card = functions["KPI_SCORECARD"]([["d01"]])
    assert [card[-2][2], card[-2][9]] == ["考核总分", 99.22]
    assert {len(row) for row in card} == {11}
    assert functions["KPI_WHY"]([["nobody"]], None) == [["#N/A"]]


def test_a_book_that_is_no_appraisal_is_not_found() -> None:
    functions = udfs(lambda: MemoryHost())
    assert functions["KPI_FACT"]([["gpm"]], [["d01"]], None) == "#N/A"


def test_a_book_is_read_once_for_the_cells_of_one_recalculation(copy_book: CopyBook) -> None:
    path, readings, moments = copy_book("en", scored=True), [], iter([0.0, FRESH / 2, FRESH, FRESH])

    class Counted(FileHost):
        def tables(self) -> Mapping[str, TableGrid]:
            readings.append(self.name)
            return super().tables()

    book = kept(lambda: Counted(path), lambda: next(moments))
    first = book()
    assert book() is first
    assert book() is not first
    assert len(readings) == 2


def test_excel_imports_the_doorstep(tmp_path: Path) -> None:
    program = "import kpi_udfs; print(*sorted(n for n in vars(kpi_udfs) if n.startswith('KPI_')))"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'udfs')!r}); {program}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout.split() == list(FUNCTIONS)


class Wizard:
    """Excel's Application as far as descriptions go."""

    def __init__(self, is_saved: bool = True, refuses: bool = False) -> None:
        self.described: dict[str, Sequence[str]] = {}
        self.holder = SimpleNamespace(Saved=is_saved)
        self.refuses = refuses

    def Workbooks(self, name: str) -> SimpleNamespace:
        return self.holder

    def MacroOptions(self, Macro: str, Description: str, Category: str, ArgumentDescriptions: Sequence[str]) -> None:  # noqa: N803
        if self.refuses:
            raise OSError("Cannot edit a macro on a hidden workbook")
        self.described[Macro] = [Description, *ArgumentDescriptions]
        self.holder.Saved = False


@pytest.mark.parametrize("lang", LANGS)
def test_the_wizard_is_told_every_function_and_argument_in_the_language(lang: Lang) -> None:
    wizard = Wizard()
    assert describe(wizard, "boss's kpi.xlsm", lang)
    assert wizard.described == {
        f"'boss''s kpi.xlsm'!{name}": [spec.summary(lang), *(argument.help(lang) for argument in spec.arguments)]
        for name, spec in FUNCTIONS.items()
    }
    assert not describe(Wizard(refuses=True), "kpi_xl.xlam", lang)


@pytest.mark.parametrize("is_saved", [True, False])
def test_help_leaves_no_question_whether_to_save(is_saved: bool) -> None:
    wizard = Wizard(is_saved)
    assert describe(wizard, "kpi.xlsm", "zh")
    assert wizard.holder.Saved is is_saved


@needs_xlwings
def test_xlwings_calls_them_as_in_excel() -> None:
    """Through xlwings' own conversion of arguments and results; errors and blanks come and go as COM has them."""
    hours = [[{"currency": "30"}], [120.0], [None], [-2146826281]]
    assert windows.called(
        ("KPI_SCORE", ["RATIO", 5.4, 5.0, None, None, None, None]),
        ("KPI_SCORE", ["RATIO", -2146826246, 5.0, None, None, None, None]),
        ("KPI_RATIO", [[[cell if cell is not None else "" for cell in row] for row in hours], 1000.0]),
        ("KPI_NEEDED", ["RATIO", 50.0, 1.0, None, None, None, None]),
        ("KPI_PARSE_PERIOD", [{"date": "2024-03-31"}, None]),
        ("KPI_SCORE", ["RATIO", [[5.4, "—"]], 5.0, None, None, None, None]),
    ) == [
        [[108.0]],
        [["#N/A"]],
        [[0.03], [0.12], [""], ["#DIV/0!"]],
        [[0.5]],
        [["2024-03"]],
        [[108.0, ""]],
    ]


@pytest.mark.parametrize("name", sorted(name for name in FUNCTIONS if not FUNCTIONS[name].reads_book))
def test_an_error_among_the_arguments_is_never_a_number(name: str) -> None:
    """Whatever the function: the error that came in comes out of each cell, or the arguments are refused."""
    function: Callable[..., object] = udfs(no_book)[name]
    call = examples()[name][0]
    answer = function([["#REF!"]], *([[cell]] if not isinstance(cell, list) else cell for cell in call[1:]))
    cells = [cell for row in answer for cell in row] if isinstance(answer, list) else [answer]
    assert set(cells) <= set(ERROR_VALUES)
