"""Excel itself: whether it is there, whether it answers to its own name, and whether it opens the add-in."""

from __future__ import annotations

import re
from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine, file_name
from kpi_xl.hosts.machine.obstacles.finding import Finding, absent, ok, stands, unknown
from kpi_xl.hosts.machine.places import ADDIN, addins_folder, startup_folder
from kpi_xl.hosts.machine.registry import Value, text, value

OFFICE = r"HKCU\Software\Microsoft\Office"
CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
APP_PATH = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
NAME = r"HKCR\Excel.Application\CLSID"
SERVERS = (r"HKCR\CLSID\{}\LocalServer32", r"HKCR\WOW6432Node\CLSID\{}\LocalServer32")
WPS = re.compile(r"\b(wps|et|ksolaunch|wpsoffice)\.exe|kingsoft|\bwps office\b", re.IGNORECASE)
MAC_EXCEL = ("Applications", "Microsoft Excel.app")


def office_versions(machine: Machine) -> tuple[str, ...]:
    """Versions of Office whose Excel has settings of this person, such as ``16.0``; the newest first."""
    found = [name for name in machine.registry.subkeys(OFFICE) if re.fullmatch(r"\d+\.\d", name)]
    return tuple(sorted(found, key=float, reverse=True)) or ("16.0",)


def settings_keys(machine: Machine, below: str) -> tuple[str, ...]:
    """Registry keys of that name below the Excel of each version of Office."""
    return tuple(rf"{OFFICE}\{version}\Excel\{below}" for version in office_versions(machine))


def excel_place(machine: Machine) -> str:
    """Where Excel is; empty when it was not found."""
    if machine.system == "mac":
        place = machine.root.joinpath(*MAC_EXCEL)
        return str(place) if place.exists() else ""
    return text(machine.registry, APP_PATH)


def excel_bits(machine: Machine) -> int | None:
    """Whether Excel is a 32- or a 64-bit program; None when nothing says so."""
    said = [text(machine.registry, CLICK_TO_RUN, "Platform")]
    said += [text(machine.registry, rf"HKLM\SOFTWARE\Microsoft\Office\{version}\Outlook", "Bitness")
             for version in office_versions(machine)]  # fmt: skip
    named = next((each for each in said if each), "")
    return {"x64": 64, "x86": 32}.get(named)


def installed(machine: Machine) -> Finding:
    """Excel is on this machine."""
    if machine.system == "linux":
        return absent("excel")
    place = excel_place(machine)
    if not place:
        return stands("excel", "W-EXCEL-MISSING", "Excel")
    return ok("excel", found=place)


def name_taken(machine: Machine) -> Finding:
    """Whoever asks Windows for Excel gets Excel, and not the program of another house."""
    if machine.system != "windows":
        return absent("wps")
    identity = text(machine.registry, NAME)
    servers = [text(machine.registry, key.format(identity)) for key in SERVERS] if identity else []
    server = next((each for each in servers if each), "")
    if not server:
        return unknown("wps") if excel_place(machine) else absent("wps")
    if WPS.search(server):
        return stands("wps", "E-EXCEL-WPS", NAME, found=server)
    return ok("wps", found=server)


def addin(machine: Machine) -> Finding:
    """The add-in lies where Excel opens it, once."""
    startup = startup_folder(machine)
    if startup is None:
        return absent("addin")
    places = [startup / ADDIN] if (startup / ADDIN).is_file() else []
    listed = _listed(machine)
    if places and listed:
        return stands("addin", "W-ADDIN-TWICE", str(places[0]), found=str(listed[0]))
    if not places and not listed:
        return _not_opened(machine, startup)
    return ok("addin", found=str((places or listed)[0]))


def _not_opened(machine: Machine, startup: Path) -> Finding:
    folder = addins_folder(machine)
    if folder is not None and (folder / ADDIN).is_file():
        return stands("addin", "E-ADDIN-CLOSED", str(folder), found=ADDIN)
    return stands("addin", "E-ADDIN-MISSING", str(startup), found=ADDIN)


def _listed(machine: Machine) -> list[str]:
    """What the add-in list of Excel's options opens under our name: values OPEN, OPEN1 ..."""
    opened = (
        str(each)
        for key in settings_keys(machine, "Options")
        for name, each in machine.registry.values(key).items()
        if re.fullmatch(r"OPEN\d*", name, re.IGNORECASE)
    )
    paths = (match[1] for entry in opened if (match := re.search(r'([^"]*\.xlam)', entry.removeprefix("/R ").strip())))
    return [path for path in paths if file_name(path) == ADDIN]


def disabled(machine: Machine) -> Finding:
    """Excel has not put the add-in on its list of what it closes after a crash."""
    if machine.system != "windows":
        return absent("disabled")
    keys = settings_keys(machine, r"Resiliency\DisabledItems")
    if any(_names_addin(each) for key in keys for each in machine.registry.values(key).values()):
        return stands("disabled", "E-ADDIN-DISABLED", keys[0], found=ADDIN)
    return ok("disabled")


def _names_addin(entry: Value) -> bool:
    """Entries are binary, with the path of the file in UTF-16 somewhere inside."""
    if not isinstance(entry, bytes):
        return False
    both = entry.decode("utf-16-le", "ignore") + entry[1:].decode("utf-16-le", "ignore")
    return ADDIN in both.casefold()


def child_programs(machine: Machine) -> Finding:
    """No policy forbids Office to start Python."""
    if machine.system != "windows":
        return absent("children")
    if str(value(machine.registry, ATTACK_RULES, NO_CHILDREN)) in ("1", "6"):
        state = str(value(machine.registry, ATTACK_RULES, NO_CHILDREN))
        code = "E-CHILDREN-BLOCKED" if state == "1" else "W-CHILDREN-WARNED"
        return stands("children", code, ATTACK_RULES, found=NO_CHILDREN)
    return ok("children")


ATTACK_RULES = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
)
NO_CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""Microsoft's name for the rule "Block all Office applications from creating child processes"."""
