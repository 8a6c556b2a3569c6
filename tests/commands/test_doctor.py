"""doctor on machines that are not here: every obstacle is found, named in both languages, and told from its absence."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kpi_xl.commands.doctor import doctor
from kpi_xl.commands.install import Sources, install
from kpi_xl.commands.receipt import Receipt, issue_json
from kpi_xl.faces.setup_speech import doctor_lines
from kpi_xl.hosts.machine.desktop import Answer, Machine
from kpi_xl.hosts.machine.places import ADDIN, SCRIPT, XLWINGS, addins_folder, configuration, startup_folder
from kpi_xl.hosts.machine.registry import Value, WrittenRegistry
from kpi_xl.labels import LANGS, Lang, table
from tests.hosts.machines import EXCEL_ID, GOOD_KEYS, answering, linux, mac, python_says, windows, written

SOURCES = Sources(b"the add-in", b"the script")
OFFICE = r"HKCU\Software\Microsoft\Office\16.0\Excel"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel"
RULES = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
NO_CHILDREN = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
WPS = r'"C:\Users\li\AppData\Local\Kingsoft\WPS Office\12.1\office6\et.exe" /automation'
MARK = b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=about:internet\r\n"

Damage = Callable[[Machine], Machine]


@dataclass(frozen=True)
class Case:
    """A machine that was set up well, and what then went wrong with it."""

    code: str
    check: str
    make: Callable[[Path], Machine]
    damage: Damage
    book: str = ""


def keys(**by_number: dict[str, dict[str, Value]]) -> Damage:
    (added,) = by_number.values()
    return lambda machine: replace(machine, registry=WrittenRegistry({**GOOD_KEYS, **added}))


def without(*names: str) -> Damage:
    kept = {key: values for key, values in GOOD_KEYS.items() if not any(name in key for name in names)}
    return lambda machine: replace(machine, registry=WrittenRegistry(kept))


def python(version: tuple[int, ...] = (3, 11, 9), bits: int = 64, xlwings: str = XLWINGS, ours: str = "0.1.0") -> Damage:
    return lambda machine: answering(machine, python=python_says(version, bits, xlwings, ours))


def settings(interpreter: str) -> Damage:
    def damage(machine: Machine) -> Machine:
        place = configuration(machine, "kpi_xl")
        assert place is not None
        key = "INTERPRETER_MAC" if machine.system == "mac" else "INTERPRETER_WIN"
        written(place, f'"{key}","{interpreter.format(home=machine.home)}"\n'.encode())
        return machine

    return damage


def at_home(name: str, data: bytes) -> Damage:
    def damage(machine: Machine) -> Machine:
        written(machine.home / name, data)
        return machine

    return damage


def both(first: Damage, second: Damage) -> Damage:
    return lambda machine: second(first(machine))


def marked_addin(machine: Machine) -> Machine:
    startup = startup_folder(machine)
    assert startup is not None
    written(startup / f"{ADDIN}:Zone.Identifier", MARK)
    return machine


def without_addin(machine: Machine) -> Machine:
    startup = startup_folder(machine)
    assert startup is not None
    (startup / ADDIN).unlink()
    return machine


def only_in_addins(machine: Machine) -> Machine:
    without_addin(machine)
    folder = addins_folder(machine)
    assert folder is not None
    written(folder / ADDIN, b"the add-in")
    return machine


def without_settings(machine: Machine) -> Machine:
    for project in ("kpi_xl", "xlwings"):
        place = configuration(machine, project)
        assert place is not None
        place.unlink()
    return machine


def without_library(machine: Machine) -> Machine:
    (machine.interpreter.parent / f"xlwings64-{XLWINGS}.dll").unlink()
    return machine


def without_script(machine: Machine) -> Machine:
    (machine.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / SCRIPT).unlink()
    return machine


def without_excel(machine: Machine) -> Machine:
    (machine.root / "Applications" / "Microsoft Excel.app").rmdir()
    return machine


def decided(answer: int) -> Damage:
    """What the person answered when the Mac asked whether Excel may be controlled."""

    def damage(machine: Machine) -> Machine:
        place = machine.home / "Library" / "Application Support" / "com.apple.TCC" / "TCC.db"
        place.parent.mkdir(parents=True)
        with sqlite3.connect(place) as database:
            database.execute("CREATE TABLE access (service, client, auth_value, indirect_object_identifier)")
            database.execute("INSERT INTO access VALUES ('kTCCServiceAppleEvents', 'com.apple.Terminal', ?, "
                             "'com.microsoft.Excel')", (answer,))  # fmt: skip
        database.close()
        return machine

    return damage


def in_cloud(machine: Machine) -> Machine:
    return replace(machine, env={**machine.env, "OneDriveCommercial": str(machine.home / "OneDrive - 公司")})


def with_office(machine: Machine) -> Machine:
    (machine.root / "usr/lib/libreoffice/program").mkdir(parents=True)
    return machine


def with_mac_office(machine: Machine, says: str) -> Machine:
    contents = machine.root / "Applications/LibreOffice.app/Contents"
    (contents / "MacOS").mkdir(parents=True)
    written(contents / "Resources/python", b"")
    # The same name as the Python of the settings, so the answers differ by the place.
    return replace(machine, run=lambda command: Answer(0, says) if "Resources" in command[0] else machine.run(command))


CASES = (
    Case("E-SETUP-NONE", "interpreter", windows, without_settings),
    Case("E-SETUP-NONE", "interpreter", mac, without_settings),
    Case("E-PYTHON-MISSING", "interpreter", windows, settings("{home}/gone/python.exe")),
    Case("E-PYTHON-STORE", "interpreter", windows,
         both(both(at_home("WindowsApps/python.exe", b""), at_home(f"WindowsApps/xlwings64-{XLWINGS}.dll", b"")), settings("%USERPROFILE%/WindowsApps/python.exe"))),
    Case("E-PYTHON-SPACE", "interpreter", mac,
         both(at_home("my venv/python", b""), settings("{home}/my venv/python"))),
    Case("E-PYTHON-OLD", "version", windows, python(version=(3, 9, 13))),
    Case("E-PACKAGE-MISSING", "package", windows, python(ours="")),
    Case("E-XLWINGS-MISSING", "xlwings", windows, python(xlwings="")),
    Case("E-XLWINGS-VERSION", "xlwings", mac, python(xlwings="0.33.1")),
    Case("W-EXCEL-MISSING", "excel", windows, without("App Paths", "CLSID")),
    Case("W-EXCEL-MISSING", "excel", mac, without_excel),
    Case("W-BITNESS", "bitness", windows, both(without_library, python(bits=32))),
    Case("W-LIBRARY-MISSING", "bitness", windows, without_library),
    Case("E-EXCEL-WPS", "wps", windows, keys(k={rf"HKCR\CLSID\{EXCEL_ID}\LocalServer32": {"": WPS}})),
    Case("E-ADDIN-MISSING", "addin", windows, without_addin),
    Case("E-ADDIN-MISSING", "addin", mac, without_addin),
    Case("E-ADDIN-CLOSED", "addin", windows, only_in_addins),
    Case("W-ADDIN-TWICE", "addin", windows,
         keys(k={rf"{OFFICE}\Options": {"OPEN": "/R \"C:\\x\\SOLVER.XLAM\"", "OPEN1": "\"C:\\add ins\\kpi_xl.xlam\""}})),
    Case("E-ADDIN-DISABLED", "disabled", windows,
         keys(k={rf"{OFFICE}\Resiliency\DisabledItems": {"1F": b"\x01\0\0\0" + "c:\\xl\\KPI_XL.xlam".encode("utf-16-le")}})),
    Case("E-ADDIN-DISABLED", "disabled", windows,
         keys(k={rf"{OFFICE}\Resiliency\DisabledItems": {"1F": b"\x01\0\0" + "c:\\xl\\kpi_xl.xlam".encode("utf-16-le")}})),
    Case("E-ADDIN-BLOCKED", "addin_mark", windows, marked_addin),
    Case("E-ADDIN-BLOCKED", "addin_mark", mac, lambda m: answering(m, xattr=Answer(0, "com.apple.quarantine"))),
    Case("E-MACROS-PLACES", "macros", windows,
         keys(k={rf"{POLICY}\Security\Trusted Locations": {"AllLocationsDisabled": 1}})),
    Case("W-MACROS-OFF", "macros", windows, keys(k={rf"{OFFICE}\Security": {"VBAWarnings": 4}})),
    Case("W-MACROS-OFF", "macros", windows,
         keys(k={rf"{OFFICE}\Security": {"VBAWarnings": 1}, rf"{POLICY}\Security": {"vbawarnings": 3}})),
    Case("W-MACROS-INTERNET", "macros", windows,
         keys(k={rf"{POLICY}\Security": {"blockcontentexecutionfrominternet": 1}})),
    Case("E-CHILDREN-BLOCKED", "children", windows, keys(k={RULES: {NO_CHILDREN: "1"}})),
    Case("W-CHILDREN-WARNED", "children", windows, keys(k={RULES: {NO_CHILDREN: "6"}})),
    Case("E-SCRIPT-MISSING", "script", mac, without_script),
    Case("E-AUTOMATION-REFUSED", "automation", mac, decided(0)),
    Case("W-BOOK-CLOUD", "place", windows, in_cloud, book="OneDrive - 公司/三月/考核.xlsx"),
    Case("W-BOOK-CLOUD", "place", mac,
         at_home("Library/CloudStorage/OneDrive-Personal/a.txt", b""),
         book="Library/CloudStorage/OneDrive-Personal/考核.xlsx"),
    Case("W-BOOK-URL", "place", windows, lambda m: m, book="https://firm.sharepoint.com/考核.xlsx"),
    Case("E-BOOK-BLOCKED", "book_mark", windows, at_home("考核.xlsm:Zone.Identifier", MARK), book="考核.xlsm"),
    Case("W-BOOK-MARKED", "book_mark", windows, at_home("考核.xlsx:Zone.Identifier", MARK), book="考核.xlsx"),
    Case("W-SETTINGS-BESIDE", "beside", windows, at_home("三月/xlwings.conf", b""), book="三月/考核.xlsx"),
    Case("W-OFFICE-PYTHON", "office", linux, with_office),
    Case("W-OFFICE-OLD", "office", mac, lambda m: with_mac_office(m, "Python 3.10.14")),
    Case("W-WINDOW-TK", "window", linux, lambda m: replace(m, has_module=lambda name: "tk" not in name)),
)  # fmt: skip


def looked_at(case: Case, folder: Path) -> Receipt:
    machine = case.make(folder)
    install("zh", machine, SOURCES)
    book = None
    if case.book.startswith("https:"):
        book = Path(case.book)
    elif case.book:
        book = written(machine.home / case.book, b"PK")
    return doctor(book, case.damage(machine))


def states(receipt: Receipt) -> dict[str, str]:
    return {row["check"]: row["state"] for row in receipt.facts["checks"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.make.__name__}")
def test_an_obstacle_is_found_and_no_other_on_its_way(case: Case, tmp_path: Path) -> None:
    receipt = looked_at(case, tmp_path)
    assert states(receipt)[case.check] == ("error" if case.code.startswith("E-") else "warn")
    assert [issue.code for issue in receipt.issues] == [case.code]
    assert receipt.exit_code == int(case.code.startswith("E-"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.make.__name__}")
def test_an_obstacle_is_told_with_its_facts_and_its_mend(case: Case, lang: Lang, tmp_path: Path) -> None:
    receipt = looked_at(case, tmp_path)
    (issue,) = (issue_json(issue, lang) for issue in receipt.issues)
    said = "\n".join(doctor_lines(receipt, lang))
    assert issue["mend"]
    assert str(issue["message"]) in said
    assert not re.search(r"\{\w+\}", f"{issue['message']}{issue['mend']}{said}".replace(EXCEL_ID, ""))


def test_every_code_of_the_obstacles_has_a_case() -> None:
    source = Path(doctor.__code__.co_filename).parents[1] / "hosts" / "machine" / "obstacles"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(source.glob("*.py")))
    assert set(re.findall(r'"([EW]-[A-Z-]+)"', text)) == {case.code for case in CASES}


def test_every_question_has_its_words() -> None:
    words = set(table("doctor"))
    checks = {key.partition(".")[2] for key in words if key.startswith("check.")}
    assert {key.partition(".")[2] for key in words if key.startswith("ok.")} == checks
    assert {key.partition(".")[2] for key in words if key.startswith("unknown.")} <= checks


@pytest.mark.parametrize(("make", "asked"), [
    (windows, {"interpreter", "version", "package", "xlwings", "excel", "bitness", "wps", "addin", "disabled",
               "addin_mark", "macros", "children", "window"}),
    (mac, {"interpreter", "version", "package", "xlwings", "excel", "addin", "addin_mark", "script", "automation",
           "window"}),
    (linux, {"version", "package", "window"}),
])  # fmt: skip
def test_only_what_a_machine_has_is_asked(make: Callable[[Path], Machine], asked: set[str], tmp_path: Path) -> None:
    machine = make(tmp_path)
    install("zh", machine, SOURCES)
    found = states(doctor(None, machine))
    assert {check for check, state in found.items() if state != "absent"} == asked
    assert set(found) == {key.partition(".")[2] for key in table("doctor") if key.startswith("check.")}


UNKNOWN: tuple[tuple[str, Callable[[Path], Machine], Damage, str], ...] = (
    ("version", windows, lambda m: answering(m, python=None), ""),
    ("package", windows, lambda m: answering(m, python=Answer(1, "")), ""),
    ("xlwings", windows, lambda m: answering(m, python=Answer(0, "Traceback")), ""),
    ("interpreter", windows, settings("python"), ""),
    ("bitness", windows, without("ClickToRun"), ""),
    ("wps", windows, without("HKCR"), ""),
    ("addin_mark", mac, lambda m: answering(m, xattr=None), ""),
    ("book_mark", mac, lambda m: answering(m, xattr=Answer(1, "denied")), "考核.xlsx"),
    ("automation", mac, lambda m: m, ""),
    ("office", mac, lambda m: with_mac_office(m, "usage"), ""),
)


@pytest.mark.parametrize(("check", "make", "damage", "book"), UNKNOWN, ids=[case[0] for case in UNKNOWN])
def test_what_cannot_be_found_out_is_said_to_be_unknown(
    check: str, make: Callable[[Path], Machine], damage: Damage, book: str, tmp_path: Path
) -> None:
    receipt = looked_at(Case("", check, make, damage, book), tmp_path)
    assert states(receipt)[check] == "unknown"
    for lang in LANGS:
        said = "\n".join(doctor_lines(receipt, lang))
        assert not re.search(r"\{\w+\}", said)
        assert table("doctor")["state.unknown"][lang] in said


def test_a_permission_that_was_given_is_good(tmp_path: Path) -> None:
    assert states(looked_at(Case("", "", mac, decided(2)), tmp_path))["automation"] == "ok"


def test_an_ordinary_book_is_good(tmp_path: Path) -> None:
    receipt = looked_at(Case("", "", windows, lambda m: m, "三月/考核.xlsm"), tmp_path)
    assert [states(receipt)[check] for check in ("place", "book_mark", "beside")] == ["ok"] * 3


def test_an_office_with_python_is_good(tmp_path: Path) -> None:
    def damage(machine: Machine) -> Machine:
        written(machine.root / "usr/lib/libreoffice/program/pythonscript.py", b"")
        return machine

    assert states(looked_at(Case("", "", linux, damage), tmp_path / "linux"))["office"] == "ok"
    newer = Case("", "", mac, lambda machine: with_mac_office(machine, "Python 3.12.1"))
    assert states(looked_at(newer, tmp_path / "mac"))["office"] == "ok"


def test_a_settings_file_of_xlwings_counts_where_ours_is_missing(tmp_path: Path) -> None:
    def damage(machine: Machine) -> Machine:
        own = configuration(machine, "kpi_xl")
        assert own is not None
        own.unlink()
        return machine

    assert states(looked_at(Case("", "", windows, damage), tmp_path))["interpreter"] == "ok"


def test_this_machine_answers() -> None:
    """No fake: the machine the tests run on."""
    receipt = doctor()
    found = states(receipt)
    assert found["version"] in ("ok", "error")
    assert found["package"] == "ok"
    for lang in LANGS:
        assert len(list(doctor_lines(receipt, lang))) == sum(state != "absent" for state in found.values()) + 1
