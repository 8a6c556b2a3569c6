"""The command line as a person meets it: words or JSON, exit codes, never a stack trace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_xl.faces.cli import run


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_main_job_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = str(tmp_path / "book.xlsx")
    code, out, _ = said(capsys, "new", book, "--preset", "B2C", "--period", "2026-03", "--lang", "en")
    assert (code, "26 items to fill in" in out) == (0, True), "13 targets, 13 actuals; the brand is due by the quarter"
    code, out, _ = said(capsys, "check", book, "--lang", "zh")
    assert (code, "W-ACTUAL-MISSING" in out) == (0, True)
    code, out, _ = said(capsys, "score", book, "--lang", "zh")
    assert (code, "暂不出分" in out) == (0, True)


def test_json_has_the_promised_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = str(tmp_path / "book.xlsx")
    said(capsys, "new", book, "--lang", "en")
    _, out, _ = said(capsys, "score", book, "--json", "--lang", "en")
    receipt = json.loads(out)
    assert set(receipt) == {"command", "book", "period", "run_id", "cards", "issues", "seconds"}
    assert set(receipt["cards"][0]) == {
        "card", "subject", "status", "perspectives", "base", "adjust", "total_before_veto", "total", "grade",
        "coefficient", "rank",
    }  # fmt: skip
    assert set(receipt["issues"][0]) >= {"code", "severity", "cell", "message", "mend"}


def test_a_chinese_book_under_an_english_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", str(tmp_path / "a.xlsx"), "--lang", "zh")
    code, out, _ = said(capsys, "check", str(tmp_path / "a.xlsx"), "--lang", "en")
    assert code == 0
    assert "填报!" in out
    assert "warning W-ACTUAL-MISSING" in out


@pytest.mark.parametrize(("lang", "words"), [("zh", "→"), ("en", "→")])
def test_an_unusable_workbook_ends_with_three_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_text("not a workbook")
    code, out, err = said(capsys, "score", str(path), "--lang", lang)
    assert (code, out) == (3, "")
    assert "E-BOOK-FORMAT" in err
    assert words in err


def test_wrong_usage_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "new", str(tmp_path / "a.xlsx"), "--preset", "NONE", "--lang", "en")[0] == 2
    with pytest.raises(SystemExit) as raised:
        run(["score"])
    assert raised.value.code == 2


def test_a_fault_of_ours_is_no_stack_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpi_xl.commands.check.read_and_check", lambda host: 1 / 0)
    monkeypatch.delenv("KPI_XL_DEBUG", raising=False)
    code, _, err = said(capsys, "check", str(tmp_path / "a.xlsx"), "--lang", "en")
    assert code == 3
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err


def test_starting_imports_nothing_heavy() -> None:
    heavy = ("numpy", "pandas", "openpyxl", "xlsxwriter", "formualizer", "formulas", "xlwings")
    modules = "kpi_xl.faces.cli, kpi_xl.commands.score, kpi_xl.hosts.file"
    program = f"import sys, {modules}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_python_m_kpi_xl() -> None:
    done = subprocess.run([sys.executable, "-m", "kpi_xl", "--help"], capture_output=True, text=True, check=True)
    assert "explain" in done.stdout
