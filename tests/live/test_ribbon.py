"""A bell rung in a live book: from the command line that VBA starts to the message box and the cell it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlwings

from kpi_xl.book.queries import FUNCTIONS
from kpi_xl.book.ribbon import BUTTONS
from kpi_xl.errors import WorkbookError
from kpi_xl.faces import answering, errands
from kpi_xl.faces.answering import answered
from kpi_xl.faces.live import live
from kpi_xl.faces.ribbon import ring
from kpi_xl.hosts.file import FileHost
from kpi_xl.hosts.machine.places import ADDIN
from kpi_xl.labels import LANGS, Lang, label
from kpi_xl.referee import available, recalculate
from tests.live.engine import Refusal, TestBook
from tests.live.excels import Excel

ROOT = Path(__file__).parents[2]
Copy = Callable[..., Path]
ENGINES = ["formualizer", pytest.param("libreoffice", marks=pytest.mark.skipif(bool(available("libreoffice")), reason="no LibreOffice"))]


def replayed(command: str, path: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The command line of xlwings' RunPython on Windows, run here in a Python with Excel in it."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("from tests.live.started import start\nstart()\n")
    search = f"true;{path};{path};;;;"
    code = (
        f'import xlwings.utils;xlwings.utils.prepare_sys_path("{search}"); '
        f"import kpi_xl.faces.ribbon; kpi_xl.faces.ribbon.ring('{command}')"
    )
    paths = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-B", "-c", code, f"--wb={path.name}", "--from_xl=1", "--app=Excel", "--hwnd=1"],
        env={**os.environ, "PYTHONPATH": paths, "KPI_TEST_BOOK": str(path), "PYTHONWARNINGS": "ignore"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_the_replayed_command_scores_the_book(engine: str, e2e1: Copy, tmp_path: Path) -> None:
    """T2: what VBA runs scores E2E-1; 99.22 is what an office makes of the formulas that were typed."""
    path = e2e1()
    before = FileHost(path).tables()["tblHistory"].rows
    done = replayed("score", path, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["alerts"] == [["绩效考核 · 重新计算", "已评分：运营部 99.22 分，B 级（考核期 2026-03）", "info"]]
    assert told["said"] == ["重新计算：正在读取", "重新计算：正在写回", False]
    host = FileHost(path)
    cards = host.tables()["tblCards"]
    column = list(cards.header).index(label("columns", "tblCards.total", "zh"))
    assert cards.rows[0][column] == 99.22
    address = cards.address(0, column).partition("!")[2]
    assert recalculate(engine, path).values[cards.sheet, address] == 99.22
    assert "=" + host.formulas("tblCards")[cards.row + 1, cards.column + column] != "=99.22"
    assert before == ((None,) * len(before[0]),)
    assert [row[-1] is not None for row in host.tables()["tblHistory"].rows] == [True], "and it is published"


@pytest.fixture
def rung(excel: Excel, e2e1: Copy) -> Callable[..., TestBook]:
    """Rings a bell of the worked example and hands back the book."""

    def ringing(command: str, lang: Lang = "zh", change: Callable[[TestBook], None] = lambda _: None) -> TestBook:
        book = excel.open(e2e1(lang))
        change(book)
        xlwings.Book(impl=book).set_mock_caller()
        try:
            ring(command)
        finally:
            del xlwings.Book._mock_caller
        return book

    return ringing


def broken(book: TestBook) -> None:
    """Seven weights that are no numbers."""
    table = next(sheet for sheet in book.file.worksheets if "tblPlan" in sheet.tables)
    column = next(cell.column for cell in table[5] if cell.value in {label("columns", "tblPlan.weight", lang) for lang in LANGS})
    for row in range(6, 13):
        table.cell(row, column).value = "x"


@pytest.mark.parametrize(
    ("lang", "title", "first"),
    [("zh", "绩效考核 · 检查", "检查完毕：7 个错误"), ("en", "Appraisal: Check", "Checked: errors 7")],
)
def test_the_box_lists_five_issues_and_goes_to_the_first(
    lang: Lang, title: str, first: str, rung: Callable[..., TestBook]
) -> None:
    book = rung("check", lang, broken)
    ((said_title, text, mode),) = book.app.alerts
    assert (said_title, mode) == (title, "critical")
    assert text.startswith(first)
    cells = re.findall(r"^(?:错误|error)  (.+)$", text, re.MULTILINE)
    assert len(cells) == 5
    sheet, _, address = cells[0].partition("!")
    assert book.selected == (sheet, address)
    assert book.file.active.title == sheet
    assert re.search(r"^(另有 \d+ 条|\d+ more)", text.splitlines()[-1])
    assert len(text) <= answering.LONGEST_TEXT
    assert text.count("→") == 5


def test_a_book_with_errors_is_left_as_it_is(rung: Callable[..., TestBook]) -> None:
    book = rung("score", "zh", broken)
    ((_, text, mode),) = book.app.alerts
    assert (mode, book.writes) == ("critical", 0)
    assert text.startswith("未评分，文件未改动：先改正 7 个错误")
    assert book.app.status_bar is False


def test_a_clean_book_goes_nowhere(rung: Callable[..., TestBook]) -> None:
    book = rung("score")
    assert (book.selected, book.app.alerts[0][2]) == (None, "info")


def test_a_locked_sheet_is_said_in_words(rung: Callable[..., TestBook]) -> None:
    def locked(book: TestBook) -> None:
        book.file["评分明细"].protection.set_password("open sesame")
        book.file["评分明细"].protection.sheet = True

    ((_, text, mode),) = rung("score", "zh", locked).app.alerts
    assert mode == "critical"
    assert text == (
        "「绩效 考核.xlsx」的工作表「评分明细」设有密码保护，未写入\n→ 在“审阅”中撤销该表的密码保护后再点一次。"
    )


def test_verify_works_on_a_copy_of_the_book_as_it_is(rung: Callable[..., TestBook], tmp_path: Path) -> None:
    book = rung("verify")
    ((_, text, mode),) = book.app.alerts
    assert mode == "info", text
    assert re.search(r"formualizer：核对 \d{3,} 个公式单元格.*不一致 0", text)
    assert book.app.said[0] == "核对：正在另存副本"
    assert any("formualizer" in str(said) for said in book.app.said)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"] == ["绩效 考核.xlsx"]


def test_a_mended_number_is_found_by_verify(rung: Callable[..., TestBook]) -> None:
    def forged(book: TestBook) -> None:
        place = next(at for at, value in book.results.items() if value == 99.22 and at[0] == "汇总排名")
        book.results[place] = 100.0

    ((_, text, mode),) = rung("verify", "zh", forged).app.alerts
    assert mode == "critical"
    assert "汇总排名!" in text


def test_explain_speaks_of_the_selected_row(rung: Callable[..., TestBook]) -> None:
    def selected(book: TestBook) -> None:
        sheet = xlwings.Book(impl=book).sheets["评分明细"]
        sheet.range("A7").select()

    ((_, text, _),) = rung("explain", "zh", selected).app.alerts
    assert text.splitlines()[0].startswith("D01 运营部 2026-03：99.22 分")
    assert "规则" in text
    assert "曲线" in text


def test_explain_of_the_form_has_one_line_for_each_indicator(rung: Callable[..., TestBook]) -> None:
    ((_, text, _),) = rung("explain").app.alerts
    assert len([line for line in text.splitlines() if "有效权重" in line]) == 12
    assert "曲线" not in text


def test_publish_writes_beside_the_book(rung: Callable[..., TestBook], tmp_path: Path) -> None:
    def scored(book: TestBook) -> None:
        assert answered("score", xlwings.Book(impl=book)).receipt is not None

    book = rung("publish", "zh", scored)
    ((_, text, mode),) = book.app.alerts
    assert mode == "info", text
    published = tmp_path / "绩效 考核-发布.xlsx"
    assert text.startswith("已写出 1 个文件：绩效 考核-发布.xlsx")
    cards = FileHost(published).tables()["tblCards"]
    assert 99.22 in cards.rows[0]


@pytest.mark.parametrize(("command", "option"), [("print_all", {"pdf": "cards"}), ("copies", {"copies": "person"})])
def test_forms_and_copies_are_asked_of_publish(
    command: str, option: dict[str, str], rung: Callable[..., TestBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    import kpi_xl.commands.publish
    from kpi_xl.commands.receipt import Receipt

    asked: dict[str, Any] = {}

    def publish(path: Path, out: Path, *, pdf: str, copies: str, progress: Callable[[str, int, int], None]) -> Receipt:
        assert path.is_file()
        progress("forms", 1, 3)
        asked.update({"pdf": pdf, "copies": copies})
        return Receipt("publish", path.name, (), {"files": [str(out), "b"]})

    monkeypatch.setattr(kpi_xl.commands.publish, "publish", publish)
    book = rung(command)
    assert asked == {"pdf": "", "copies": "", **option}
    assert any("第 1 份，共 3 份" in str(said) for said in book.app.said)


def test_new_is_written_beside_the_book_and_opened(rung: Callable[..., TestBook], tmp_path: Path) -> None:
    book = rung("new")
    made = book.app.books.open_books[-1]
    assert made is not book
    assert Path(made.fullname).parent == tmp_path
    assert book.app.alerts[0][1] == f"已新建并打开 {made.fullname}"
    assert re.fullmatch(r"绩效考核 \d{4}-\d\d\.xlsx", made.name)


def test_new_from_an_unsaved_book_goes_to_the_documents(
    rung: Callable[..., TestBook], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    (tmp_path / "home" / "Documents").mkdir(parents=True)

    def unsaved(book: TestBook) -> None:
        book.fullname = "Book1"

    made = rung("new", "en", unsaved).app.books.open_books[-1]
    assert Path(made.fullname).parent == tmp_path / "home" / "Documents"


def test_doctor_counts_what_it_looked_at(rung: Callable[..., TestBook]) -> None:
    ((title, text, _),) = rung("doctor").app.alerts
    assert title == "绩效考核 · 诊断"
    assert re.search(r"\d+ 项", text.splitlines()[0])


def test_self_test_writes_one_sheet(rung: Callable[..., TestBook]) -> None:
    book = rung("self_test")
    sheet = book.file["自检"]
    rows = {row[0].value: (row[1].value, row[2].value) for row in sheet.iter_rows(min_row=2)}
    assert rows["算例 E2E-1，应为 99.22"] == ("正常", "99.22")
    assert rows["在 Python 中调用 KPI_RATIO(30, 1000)，应为 0.03"] == ("正常", "0.03")
    assert rows["试算本簿，不写入"] == ("正常", "1 / 1; 99.22")
    assert rows["xlwings 版本与模板一致"] == ("正常", "0.37.8 / 0.37.8")
    assert rows["单元格公式 KPI_RATIO(30, 1000)，应为 0.03"] == ("不适用", "=KPI_RATIO(30,1000)")
    assert sheet[f"C{len(rows)}"].data_type == "f", "a tester sees what his Excel makes of it"
    assert book.file.active.title == "自检"
    assert book.app.alerts[0][1].startswith("自检结果写在工作表“自检”：正常 ")


def help_in_wizard(lang: Lang) -> dict[str, list[str]]:
    return {
        name: ["KPI", spec.summary(lang), *(argument.help(lang) for argument in spec.arguments)]
        for name, spec in FUNCTIONS.items()
    }


@pytest.mark.parametrize("lang", LANGS)
def test_a_bell_of_a_template_brings_help_into_the_function_wizard(lang: Lang, rung: Callable[..., TestBook]) -> None:
    def template(book: TestBook) -> None:
        book.fullname = str(Path(book.fullname).with_name("老板's.xlsm"))

    book = rung("check", lang, template)
    assert book.app.api.wizard == {("老板's.xlsm", name): said for name, said in help_in_wizard(lang).items()}
    assert book.api.Saved, "and closing the book asks for nothing"
    assert book.app.alerts[0][2] == "info"


@pytest.mark.parametrize("has_addin", [True, False])
def test_a_bell_of_the_add_in_brings_help_for_its_own_functions(has_addin: bool, rung: Callable[..., TestBook]) -> None:
    def rings(book: TestBook) -> None:
        book.app.api.addins = {ADDIN: SimpleNamespace(Saved=True)} if has_addin else {}

    book = rung("check", "en", rings)
    assert book.app.api.wizard == ({(ADDIN, name): said for name, said in help_in_wizard("en").items()} if has_addin else {})
    assert len(book.app.alerts) == 1, "a book without functions is answered as any other"


def test_every_button_has_its_errand_and_no_errand_lacks_a_button() -> None:
    assert list(errands.ERRANDS) == [button.key for button in BUTTONS]


def test_a_button_of_a_newer_workbook_says_so(rung: Callable[..., TestBook]) -> None:
    ((title, text, _),) = rung("levitate").app.alerts
    assert title == "绩效考核 · levitate"
    assert text.startswith("没有「levitate」这个按钮")


def test_another_workbook_is_no_appraisal(rung: Callable[..., TestBook]) -> None:
    def strange(book: TestBook) -> None:
        for sheet in book.file.worksheets:
            sheet.tables.clear()

    ((_, text, mode),) = rung("score", "zh", strange).app.alerts
    assert mode == "critical"
    assert "tblSettings" in text


def test_what_nobody_thought_of_is_a_sentence(rung: Callable[..., TestBook], monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: object) -> None:
        raise ZeroDivisionError("float division")

    monkeypatch.setitem(errands.ERRANDS, "score", failing)  # type: ignore[arg-type]
    book = rung("score")
    ((_, text, mode),) = book.app.alerts
    assert mode == "critical"
    assert text.startswith("程序内部错误（ZeroDivisionError）：float division")
    assert "Traceback" not in text
    assert book.app.status_bar is False
    monkeypatch.setenv("KPI_XL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        rung("score")


def test_an_excel_that_cannot_be_asked_answers_in_the_language_of_the_machine(
    rung: Callable[..., TestBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_XL_LANG", "en")

    def dead(*_: object) -> None:
        raise Refusal("gone")

    monkeypatch.setattr(TestBook, "sheets", property(dead))
    ((title, text, _),) = rung("score").app.alerts
    assert title == "Appraisal: Score"
    assert text.startswith("Excel refused (Refusal: gone)")


def test_without_a_box_the_text_goes_where_vba_reads_it(
    rung: Callable[..., TestBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("tests.live.engine.TestApp.alert")
    with pytest.raises(SystemExit) as left:
        rung("score")
    assert str(left.value) == "绩效考核 · 重新计算\n已评分：运营部 99.22 分，B 级（考核期 2026-03）"


def test_a_bell_that_no_book_rang_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_XL_LANG", "zh")
    with pytest.raises(SystemExit) as left:
        ring("score")
    assert str(left.value).startswith("找不到是哪个工作簿按了按钮")


def test_another_xlwings_is_said_in_a_box(rung: Callable[..., TestBook], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlwings, "__version__", "0.38.0")
    ((_, text, mode),) = rung("score").app.alerts
    assert mode == "critical"
    assert "0.38.0" in text
    assert "0.37.8" in text


def test_from_outside_the_same_is_printed(
    excel: Excel, e2e1: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    book = excel.open(e2e1())
    assert live("score", None, None) == 0
    assert capsys.readouterr().out == "绩效考核 · 重新计算\n已评分：运营部 99.22 分，B 级（考核期 2026-03）\n"
    assert book.app.alerts == []
    broken(book)
    assert live("check", "绩效 考核.xlsx", "en") == 1
    assert capsys.readouterr().out.startswith("Appraisal: Check\nChecked: errors 7")
    assert live("levitate", None, "en") == 3
    with pytest.raises(WorkbookError, match="E-EXCEL-BOOK"):
        live("score", "other.xlsx", "en")
