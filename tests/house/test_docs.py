"""The documents say what the program does: commands, rules, presets and decisions, each named where a reader looks."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kpi_xl.book.tables.inputs import RULES
from kpi_xl.faces.cli import _parser
from kpi_xl.library import presets

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"\]\(([^)#\s]+)")
# Put together here, or the search would find this file.
FOREIGN = tuple("".join(halves) for halves in (("/wor", "k/"), ("fresh-", "clone"), ("render-", "book")))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parser of every command of the command line."""
    (choice,) = (act for act in _parser("en")._actions if isinstance(act, argparse._SubParsersAction))
    return dict(choice.choices)


def words(text: str) -> str:
    """Help as its words alone: Python 3.13 names the argument of an option once, earlier ones twice."""
    return " ".join(re.sub(r"(-\w) [A-Z]+, (--[\w-]+ [A-Z]+)", r"\1, \2", text).split())


def documented() -> dict[str, str]:
    """Help text by command as docs/commands.md has it."""
    return dict(re.findall(r"^## (\S+)\n\n```text\n(.*?)```$", page("docs/commands.md"), re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("command", commands())
def test_the_help_of_every_command_is_in_the_documents(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    wanted = f"what COLUMNS=100 KPI_XL_LANG=en kpi-xl {command} --help prints belongs into docs/commands.md"
    assert words(documented().get(command, "")) == words(commands()[command].format_help()), wanted


def test_no_command_is_documented_that_is_not_there() -> None:
    assert list(documented()) == list(commands())


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_names_every_command(readme: str) -> None:
    lines = page(readme)
    assert [name for name in commands() if f"\nkpi-xl {name} " not in lines] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_has_a_row_for_every_rule_and_no_other(readme: str) -> None:
    assert re.findall(r"^\| ([A-Z_]{4,}) \|", page(readme), re.MULTILINE) == list(RULES)


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_names_every_preset(readme: str) -> None:
    named = set(re.findall(r"[A-Z0-9]+", page(readme)))
    assert set(presets()) <= named


def test_both_readmes_show_the_same_commands() -> None:
    gesture = re.compile(r"^((?:kpi-xl|make|py|\.venv\S+) [^#\n]*?)(?:  |$)", re.MULTILINE)
    english, chinese = (gesture.findall(page(name)) for name in READMES)
    assert english == chinese
    assert len(english) > len(commands())


def test_both_readmes_have_the_same_sections() -> None:
    english, chinese = (re.findall(r"^#+ ", page(name), re.MULTILINE) for name in READMES)
    assert english == chinese


def test_every_decision_is_linked_from_the_architecture() -> None:
    linked = set(re.findall(r"\(decisions/(\d{4}-[\w-]+\.md)\)", page("docs/architecture.md")))
    assert linked == {path.name for path in (ROOT / "docs" / "decisions").glob("*.md")}


def test_decisions_are_numbered_without_a_gap_and_say_what_follows() -> None:
    paths = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in paths] == [f"{number:04}" for number in range(1, len(paths) + 1)]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        missing = [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text]
        assert not missing, f"{path.name} lacks {missing}"
        assert len(text.splitlines()) <= 40, f"{path.name} is longer than a page"


def project_files() -> list[Path]:
    """Every file that belongs to the project, or is about to."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("which files belong to the project is known to git only")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [path for path in project_files() if path.suffix == ".md"]
    links = [(path, link) for path in pages for link in LINK.findall(path.read_text(encoding="utf-8"))]
    broken = [f"{path.name}: {link}" for path, link in links if "://" not in link and not (path.parent / link).exists()]
    assert links
    assert broken == []


def test_no_file_names_a_place_outside_the_project() -> None:
    found: list[str] = []
    for path in project_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in FOREIGN if word in text]
    assert found == []
