"""Where Excel, xlwings and the desktop look for files that belong to one person; none needs an administrator."""

from __future__ import annotations

from pathlib import Path

from kpi_xl.hosts.machine.desktop import Machine
from kpi_xl.hosts.machine.registry import text

XLWINGS = "0.37.8"
"""The VBA in our workbooks calls a DLL and an AppleScript by this version's name."""
ADDIN, EXTENSION = "kpi_xl.xlam", "kpi_xl.oxt"
SCRIPT = f"xlwings-{XLWINGS}.applescript"
SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
_MAC_EXCEL = ("Library", "Containers", "com.microsoft.Excel", "Data")
_MAC_STARTUP = (
    "Library", "Group Containers", "UBF8T346G9.Office", "User Content.localized", "Startup.localized", "Excel",
)  # fmt: skip


def startup_folder(machine: Machine) -> Path | None:
    """Where Excel opens every file at its start and trusts it; None where there is no Excel."""
    if machine.system == "windows":
        return machine.folder("APPDATA", "AppData", "Roaming") / "Microsoft" / "Excel" / "XLSTART"
    return machine.home.joinpath(*_MAC_STARTUP) if machine.system == "mac" else None


def addins_folder(machine: Machine) -> Path | None:
    """Where a person keeps add-ins that Excel opens when its options list them."""
    if machine.system == "windows":
        return machine.folder("APPDATA", "AppData", "Roaming") / "Microsoft" / "AddIns"
    return None


def configuration(machine: Machine, project: str) -> Path | None:
    """The user's settings that the VBA of `project` reads: ``kpi_xl`` the add-in, ``xlwings`` the templates."""
    if machine.system == "windows":
        return machine.folder("USERPROFILE") / f".{project}" / f"{project}.conf"
    return machine.home.joinpath(*_MAC_EXCEL) / f"{project}.conf" if machine.system == "mac" else None


def script_place(machine: Machine) -> Path | None:
    """The one folder from which Excel on a Mac may start a script."""
    if machine.system != "mac":
        return None
    return machine.home / "Library" / "Application Scripts" / "com.microsoft.Excel" / SCRIPT


def open_folder(machine: Machine) -> Path | None:
    """The folder whose files Excel on a Mac opens without asking its user; None where it asks for none."""
    folder = machine.home.joinpath(*_MAC_EXCEL)
    return folder if machine.system == "mac" and folder.is_dir() else None


def data_folder(machine: Machine) -> Path:
    """Our own folder: the list of what was installed, and files that it replaced."""
    if machine.system == "windows":
        return machine.folder("LOCALAPPDATA", "AppData", "Local") / "kpi_xl"
    if machine.system == "mac":
        return machine.home / "Library" / "Application Support" / "kpi_xl"
    return machine.folder("XDG_DATA_HOME", ".local", "share") / "kpi_xl"


def desktop_folder(machine: Machine) -> Path | None:
    """The desktop, wherever it was moved to; None where there is none."""
    moved = machine.expanded(text(machine.registry, SHELL_FOLDERS, "Desktop"))
    if not moved and machine.system == "linux":
        answer = machine.run(["xdg-user-dir", "DESKTOP"])
        moved = answer.text if answer is not None and answer.code == 0 else ""
    place = Path(moved) if moved else machine.home / "Desktop"
    return place if place.is_dir() and place != machine.home else None


def cloud_folders(machine: Machine) -> tuple[Path, ...]:
    """Folders that OneDrive keeps in step with the web."""
    named = [machine.env.get(name, "") for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
    synced = sorted((machine.home / "Library" / "CloudStorage").glob("OneDrive*")) if machine.system == "mac" else []
    return tuple(dict.fromkeys([*(Path(name) for name in named if name), *synced, machine.home / "OneDrive"]))
