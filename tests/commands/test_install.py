"""install and uninstall on machines that are not here: what is put where, and that nothing of it or else remains."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_xl.commands.doctor import doctor
from kpi_xl.commands.install import Sources, install, shipped
from kpi_xl.commands.uninstall import uninstall
from kpi_xl.errors import KpiError
from kpi_xl.faces.setup_speech import install_lines, uninstall_lines
from kpi_xl.hosts.machine.desktop import Answer, Machine
from kpi_xl.hosts.machine.places import ADDIN, SCRIPT, configuration, data_folder, startup_folder
from kpi_xl.hosts.machine.registry import WrittenRegistry
from kpi_xl.hosts.machine.settings_file import setting
from kpi_xl.labels import LANGS, Lang
from tests.hosts.machines import answering, files_of, linux, mac, windows, written

ROOT = Path(__file__).parents[2]
SOURCES = Sources(b"the add-in", b"the script")
MACHINES = (windows, mac, linux)


def put(path: Path | None, data: bytes) -> Path:
    assert path is not None
    return written(path, data)


@pytest.mark.parametrize("make", MACHINES)
@pytest.mark.parametrize("lang", LANGS)
def test_uninstall_leaves_everything_as_it_was(make: Callable[[Path], Machine], lang: Lang, tmp_path: Path) -> None:
    machine = make(tmp_path)
    put(configuration(machine, "xlwings"), b'"LICENSE_KEY","abc"\r\n') if machine.system != "linux" else None
    before = files_of(tmp_path)
    installed = install(lang, machine, SOURCES)
    assert files_of(tmp_path) != before
    assert list(install_lines(installed, lang))
    removed = uninstall(machine)
    assert files_of(tmp_path) == before
    assert removed.issues == ()
    assert str(len(removed.facts["steps"])) in list(uninstall_lines(removed, lang))[-1]  # type: ignore[arg-type]


@pytest.mark.parametrize("make", MACHINES)
def test_a_second_installation_changes_nothing(make: Callable[[Path], Machine], tmp_path: Path) -> None:
    machine = make(tmp_path)
    bare = files_of(tmp_path)
    install("zh", machine, SOURCES)
    once = files_of(tmp_path)
    install("zh", machine, SOURCES)
    assert files_of(tmp_path) == once
    uninstall(machine)
    assert files_of(tmp_path) == bare


def test_a_newer_add_in_replaces_ours_and_is_taken_away_as_well(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    before = files_of(tmp_path)
    install("zh", machine, SOURCES)
    install("zh", machine, replace(SOURCES, addin=b"the next add-in"))
    startup = startup_folder(machine)
    assert startup is not None
    assert (startup / ADDIN).read_bytes() == b"the next add-in"
    assert [path.name for path in startup.iterdir()] == [ADDIN], "Excel opens whatever lies here"
    uninstall(machine)
    assert files_of(tmp_path) == before


def test_a_foreign_file_of_the_name_comes_back(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    startup = startup_folder(machine)
    assert startup is not None
    put(startup / ADDIN, b"built by somebody else")
    before = files_of(tmp_path)
    for _ in range(2):
        install("zh", machine, SOURCES)
        assert (startup / ADDIN).read_bytes() == b"the add-in"
    uninstall(machine)
    assert files_of(tmp_path) == before


def test_a_file_that_somebody_changed_is_named_and_left_alone(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install("zh", machine, SOURCES)
    startup = startup_folder(machine)
    assert startup is not None
    put(startup / ADDIN, b"changed")
    receipt = uninstall(machine)
    assert [issue.code for issue in receipt.issues] == ["W-UNINSTALL-CHANGED"]
    assert receipt.issues[0].args == {"place": str(startup / ADDIN)}
    assert (startup / ADDIN).read_bytes() == b"changed"


@pytest.mark.parametrize(
    "before",
    [b"", b'"LICENSE_KEY","abc"\n', b'"LICENSE_KEY","abc"', b'"PYTHONPATH","D:\\x"\r\n"SHOW CONSOLE","True"\r\n'],
)
def test_lines_of_the_shared_settings_stay(before: bytes, tmp_path: Path) -> None:
    machine = windows(tmp_path)
    shared = configuration(machine, "xlwings")
    assert shared is not None
    if before:
        put(shared, before)
    install("zh", machine, SOURCES)
    assert shared.read_bytes().endswith(before)
    assert Path(setting(shared, "INTERPRETER_WIN", machine)) == machine.interpreter
    shared.write_bytes(shared.read_bytes() + b'"ADDED","later"\n')
    uninstall(machine)
    assert shared.read_bytes() == before + b'"ADDED","later"\n'


def test_a_python_that_the_person_chose_for_xlwings_stays(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    shared = put(configuration(machine, "xlwings"), b'"INTERPRETER_WIN","D:\\conda\\python.exe"\n')
    receipt = install("zh", machine, SOURCES)
    assert shared.read_bytes() == b'"INTERPRETER_WIN","D:\\conda\\python.exe"\n'
    assert "settings_kept" in [step["step"] for step in receipt.facts["steps"]]  # type: ignore[attr-defined]
    own = configuration(machine, "kpi_xl")
    assert own is not None
    assert Path(setting(own, "INTERPRETER_WIN", machine)) == machine.interpreter


def test_what_macros_read_has_plain_letters_under_a_chinese_user_name(tmp_path: Path) -> None:
    """VBA reads the settings, and cmd.exe the launcher, in a code page in which the name may not exist."""
    folder = tmp_path / "张三"
    machine = replace(windows(folder), ansi="cp1252")
    install("en", machine, SOURCES)
    own = configuration(machine, "kpi_xl")
    assert own is not None
    assert own.read_bytes().decode("ascii").startswith('"INTERPRETER_WIN","%USERPROFILE%')
    launcher = machine.home / "Desktop" / "Appraisal.cmd"
    assert b"%USERPROFILE%" in launcher.read_bytes()
    launcher.read_bytes().decode("ascii")


def test_letters_that_macros_cannot_read_are_refused(tmp_path: Path) -> None:
    machine = replace(windows(tmp_path), ansi="cp1252", interpreter=Path("/程序/python.exe"))
    before = files_of(tmp_path)
    with pytest.raises(KpiError) as raised:
        install("en", machine, SOURCES)
    assert raised.value.code == "E-INSTALL-LETTERS"
    assert raised.value.args_by_name["letters"] == "程序"
    assert files_of(tmp_path) == before


def test_what_was_done_before_a_failure_is_taken_away_again(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    startup = startup_folder(machine)
    assert startup is not None
    startup.parent.mkdir(parents=True)
    put(startup, b"a file where a folder is wanted")
    before = files_of(tmp_path)
    with pytest.raises(KpiError) as raised:
        install("zh", machine, SOURCES)
    assert raised.value.code == "E-INSTALL-PLACE"
    assert files_of(tmp_path) != before
    uninstall(machine)
    assert files_of(tmp_path) == before


def test_a_damaged_list_is_said_and_nothing_is_removed(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install("zh", machine, SOURCES)
    put(data_folder(machine) / "installed.json", b"{")
    before = files_of(tmp_path)
    with pytest.raises(KpiError) as raised:
        uninstall(machine)
    assert raised.value.code == "E-INSTALL-LIST"
    assert files_of(tmp_path) == before


def test_without_an_installation_there_is_nothing_to_remove(tmp_path: Path) -> None:
    machine = linux(tmp_path)
    before = files_of(tmp_path)
    assert [issue.code for issue in uninstall(machine).issues] == ["W-UNINSTALL-NONE"]
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(("make", "codes"), [
    (windows, ["W-INSTALL-ADDIN"]), (mac, ["W-INSTALL-ADDIN", "W-INSTALL-SCRIPT"]), (linux, []),
])  # fmt: skip
def test_what_is_not_at_hand_is_said(make: Callable[[Path], Machine], codes: list[str], tmp_path: Path) -> None:
    receipt = install("zh", make(tmp_path), Sources(None, None))
    assert [issue.code for issue in receipt.issues] == codes


@pytest.mark.parametrize("make", [windows, mac])
def test_after_an_installation_the_doctor_finds_no_obstacle(make: Callable[[Path], Machine], tmp_path: Path) -> None:
    machine = make(tmp_path)
    assert doctor(None, machine).exit_code == 1
    install("zh", machine, SOURCES)
    assert [issue.code for issue in doctor(None, machine).issues] == []


def test_the_desktop_is_where_windows_says_it_is(tmp_path: Path) -> None:
    bare = windows(tmp_path)
    moved = bare.home / "OneDrive" / "桌面"
    moved.mkdir(parents=True)
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    registry = WrittenRegistry({key: {"Desktop": "%USERPROFILE%/OneDrive/桌面"}})
    install("zh", replace(bare, registry=registry), SOURCES)
    assert (moved / "绩效考核.cmd").is_file()


def test_a_mac_gets_the_script_where_excel_may_start_it(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install("en", machine, SOURCES)
    place = machine.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / SCRIPT
    assert place.read_bytes() == b"the script"
    command = machine.home / "Desktop" / "Appraisal.command"
    assert command.stat().st_mode & 0o111
    assert command.read_text().startswith("#!/bin/sh\n")


def test_the_launcher_of_linux_hands_the_dragged_book_on(tmp_path: Path) -> None:
    """The entry is run as a desktop would run it: quotes undone, %f the file."""
    machine = replace(linux(tmp_path), interpreter=Path(sys.executable))
    install("zh", machine, SOURCES)
    entry = (machine.home / ".local" / "share" / "applications" / "kpi-xl.desktop").read_text(encoding="utf-8")
    command = next(line for line in entry.splitlines() if line.startswith("Exec=")).removeprefix("Exec=")
    assert command == f'"{sys.executable}" -m kpi_xl.faces.window %f'
    assert "Name=绩效考核" in entry
    found = subprocess.run([sys.executable, "-c", "import kpi_xl.faces.window"], check=False)
    assert found.returncode == 0


def extension() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("description.xml", '<description><identifier value="org.kpi"/><version value="1"/></description>')
    return data.getvalue()


def with_office(machine: Machine, code: int) -> Machine:
    """LibreOffice, whose program for extensions ends with this code."""
    written(machine.root / "usr/lib/libreoffice/program/unopkg", b"")
    return answering(machine, unopkg=Answer(code, ""))


def test_an_extension_goes_into_libreoffice_and_out_again(tmp_path: Path) -> None:
    asked: list[list[str]] = []
    plain = with_office(linux(tmp_path), 0)

    def run(command: Sequence[str]) -> Answer | None:
        asked.append([Path(word).name for word in command])
        return plain.run(command)

    machine = replace(plain, run=run)
    before = files_of(tmp_path)
    receipt = install("zh", machine, replace(SOURCES, extension=extension()))
    assert receipt.issues == ()
    assert ["unopkg", "add", "--force", "kpi_xl.oxt"] in asked
    assert uninstall(machine).issues == ()
    assert ["unopkg", "remove", "org.kpi"] in asked
    assert files_of(tmp_path) == before


def test_a_libreoffice_that_does_not_take_the_extension_is_said(tmp_path: Path) -> None:
    receipt = install("en", with_office(linux(tmp_path), 1), replace(SOURCES, extension=extension()))
    assert [issue.code for issue in receipt.issues] == ["W-INSTALL-EXTENSION"]
    assert receipt.issues[0].args == {"found": "org.kpi"}


def test_a_libreoffice_that_keeps_the_extension_is_said(tmp_path: Path) -> None:
    machine = with_office(linux(tmp_path), 0)
    install("en", machine, replace(SOURCES, extension=extension()))
    receipt = uninstall(with_office(machine, 1))
    assert [issue.code for issue in receipt.issues] == ["W-UNINSTALL-EXTENSION"]


def test_without_libreoffice_the_extension_stays_in_its_box(tmp_path: Path) -> None:
    machine = linux(tmp_path)
    install("en", machine, replace(SOURCES, extension=extension()))
    assert not (data_folder(machine) / "kpi_xl.oxt").exists()


def test_the_script_of_the_installed_xlwings_is_found() -> None:
    pytest.importorskip("xlwings", reason="xlwings is not installed")
    script = shipped().script
    assert script is not None
    assert b"VbaHandler" in script


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with this one in it, as built from a copy of its source."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("kpi_xl", "udfs", "workbooks"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "*.egg-info"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet", "-w", str(built)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=300)
    if "No matching distribution found for setuptools" in done.stderr:
        pytest.skip("setuptools, which builds the wheel, is on no shelf within reach")
    assert done.returncode == 0, done.stderr
    (file,) = built.glob("kpi_xl-*.whl")
    with zipfile.ZipFile(file) as package:
        package.extractall(built / "installed")
    return built / "installed"


def test_the_wheel_carries_every_file_of_the_package_and_what_is_built(wheel: Path) -> None:
    ours = {path.relative_to(ROOT) for path in (ROOT / "kpi_xl").rglob("*") if path.is_file()}
    wanted = {path for path in ours if not any(part.startswith((".", "__pycache__")) for part in path.parts)}
    wanted |= {Path("kpi_xl/workbooks", path.name) for path in (ROOT / "workbooks").iterdir() if path.suffix != ".md"}
    assert {path.relative_to(wheel) for path in wheel.glob("kpi_xl/**/*") if path.is_file()} == wanted
    assert (wheel / "kpi_udfs.py").is_file(), "what Excel imports for its cells"


def test_an_installed_wheel_installs_the_add_in_and_the_extension(wheel: Path, tmp_path: Path) -> None:
    code = """
import json, sys
from pathlib import Path
import kpi_xl
from kpi_xl.commands.install import install, shipped
from kpi_xl.hosts.machine.places import ADDIN, startup_folder
from tests.hosts.machines import windows
machine = windows(Path(sys.argv[1]))
codes = [issue.code for issue in install("zh", machine).issues]
(Path(sys.argv[1]) / "extension").write_bytes(shipped().extension)
print(json.dumps([kpi_xl.__file__, codes, str(startup_folder(machine) / ADDIN)]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(wheel), str(ROOT)))},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    package, codes, addin = json.loads(done.stdout)
    assert (Path(package).parents[1], codes) == (wheel, [])
    assert Path(addin).read_bytes() == (ROOT / "workbooks" / ADDIN).read_bytes()
    assert (tmp_path / "extension").read_bytes() == (ROOT / "workbooks" / "kpi_xl.oxt").read_bytes()
