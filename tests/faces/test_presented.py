"""What the window shows, without a screen: lines, lists and colours for whatever a command may answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi_xl.faces as faces
from kpi_xl.book.example import example
from kpi_xl.book.ribbon import BUTTON_BY_KEY
from kpi_xl.commands.new import new, new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.faces.presented import ACTIONS, CARD_COLUMNS, ISSUE_COLUMNS, act, presented
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang, table
from kpi_xl.model.issue import Issue
from tests.commands.damage import damaged, put


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "考核.xlsx"
    new_from(path, FileHost, example("zh"), "zh")
    return path


@pytest.mark.parametrize(("lang", "line"), [
    ("zh", "已评分：运营部 99.22 分，B 级（考核期 2026-03）"), ("en", "Scored: 运营部 99.22, grade B (period 2026-03)"),
])  # fmt: skip
def test_a_scored_book_shows_its_total(book: Path, lang: Lang, line: str) -> None:
    shown = act("score", book, lang)
    assert (shown.line, shown.tone, shown.opens) == (line, "good", book)
    (card,) = shown.cards
    assert dict(zip(CARD_COLUMNS, card.cells, strict=True))["total"] == "99.22"
    assert shown.first_list == "cards"


def test_several_cards_are_counted(tmp_path: Path) -> None:
    shown = act("score", damaged(tmp_path), "zh")
    assert [row.cells[2] for row in shown.cards] == ["99.22", "101.50"]
    assert "共 2 张" in shown.line


def test_an_error_that_spoils_one_card_of_two_is_said_in_the_line(tmp_path: Path) -> None:
    shown = act("score", damaged(tmp_path, put({"考核方案!D6": 0.25})), "zh")
    assert shown.line == "已评分 2 张，其中 1 张暂不出分；要改正 1 个错误"
    assert (shown.tone, shown.first_list) == ("bad", "issues")


def test_a_withheld_card_shows_a_dash_and_never_a_zero(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    new(path, FileHost, "B2C", "en", "2026-03")
    shown = act("score", path, "en")
    cells = dict(zip(CARD_COLUMNS, shown.cards[0].cells, strict=True))
    assert (cells["total"], cells["coefficient"], cells["rank"]) == ("—", "—", "—")
    assert shown.cards[0].tone == "warn"


@pytest.mark.parametrize("lang", LANGS)
def test_an_error_is_listed_with_cell_and_mend_and_comes_first(lang: Lang, tmp_path: Path) -> None:
    path = damaged(tmp_path, put({"考核方案!D6": 0.25}))
    shown = act("check", path, lang)
    first = dict(zip(ISSUE_COLUMNS, shown.issues[0].cells, strict=True))
    assert first["code"].startswith("E-")
    assert first["cell"].startswith("考核方案!")
    assert first["mend"]
    assert (shown.tone, shown.first_list) == ("bad", "issues")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", ACTIONS)
def test_a_file_that_is_no_workbook_is_said_in_words(key: str, lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_text("not a workbook")
    shown = act(key, path, lang)
    assert shown.tone == "bad"
    assert shown.mend
    assert shown.issues[0].cells[1] == "E-BOOK-FORMAT"


def test_a_fault_of_ours_is_no_stack_trace(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi_xl.commands.check.read_and_check", lambda host: 1 / 0)
    shown = act("check", book, "en")
    assert shown.issues[0].cells[1] == "E-INTERNAL"
    assert "ZeroDivisionError" in shown.line


def test_files_that_were_written_are_named_and_the_first_opens(tmp_path: Path) -> None:
    files = [str(tmp_path / "a.xlsx"), str(tmp_path / "b.pdf")]
    one = presented(Receipt("publish", "book.xlsx", facts={"files": files[:1]}), tmp_path / "book.xlsx", "en")
    assert one.line == "Files written: 1, a.xlsx"
    assert one.opens == tmp_path / "a.xlsx"
    two = presented(Receipt("publish", "book.xlsx", facts={"files": files}), tmp_path / "book.xlsx", "en")
    assert two.line == f"Files written: 2, {tmp_path}"


def test_a_refused_publication_opens_the_book_itself(tmp_path: Path) -> None:
    issue = Issue("E-PERIOD-LOCKED", "", {"period": "2026-03", "found": "archived"})
    shown = presented(Receipt("publish", "b.xlsx", (issue,), {"files": []}, False), tmp_path / "b.xlsx", "zh")
    assert shown.line == "未写出文件：先改正 1 个错误"
    assert (shown.tone, shown.opens) == ("bad", tmp_path / "b.xlsx")


def test_a_click_on_publish_writes_a_copy_beside_the_book(book: Path) -> None:
    act("score", book, "zh")
    shown = act("publish", book, "zh")
    assert shown.opens is not None
    assert shown.opens != book
    assert shown.opens.is_file()


def test_every_button_of_the_window_is_a_button_of_the_ribbon_and_has_its_words() -> None:
    assert set(ACTIONS) <= set(BUTTON_BY_KEY)
    words = table("window")
    source = "".join(path.read_text(encoding="utf-8") for path in Path(faces.__file__).parent.glob("*.py"))
    plain = {key for key in words if not key.startswith(("busy.", "column.", "tab."))}
    assert {key for key in plain if f'"{key}"' not in source} - {"change", "drop", "choose"} == set()
    assert {f"busy.{key}" for key in ACTIONS} == {key for key in words if key.startswith("busy.")}
    assert {f"column.{column}" for column in (*CARD_COLUMNS, *ISSUE_COLUMNS)} == {
        key for key in words if key.startswith("column.")
    }
