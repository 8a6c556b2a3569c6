"""install: put add-in, settings and launchers where one person's programs look for them; no administrator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from kpi_xl.commands.receipt import Receipt
from kpi_xl.hosts.machine.desktop import Machine, this_machine
from kpi_xl.hosts.machine.installed import (
    IN_OFFICE,
    Placed,
    digest,
    encoded,
    put_file,
    put_line,
    read_manifest,
    write_manifest,
)
from kpi_xl.hosts.machine.launchers import launchers
from kpi_xl.hosts.machine.obstacles.python import KEYS
from kpi_xl.hosts.machine.places import (
    ADDIN,
    EXTENSION,
    SCRIPT,
    XLWINGS,
    configuration,
    data_folder,
    script_place,
    startup_folder,
)
from kpi_xl.hosts.machine.settings_file import setting_line
from kpi_xl.hosts.office.extension import add_extension, extension_program, identity
from kpi_xl.labels import Lang, label
from kpi_xl.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Sources:
    """What is copied; None where it is not at hand."""

    addin: bytes | None
    script: bytes | None                    # through which Excel on a Mac starts Python
    extension: bytes | None = None          # for LibreOffice


@dataclass(frozen=True, slots=True)
class Step:
    """One file to put in its place."""

    key: str
    path: Path
    data: bytes
    is_program: bool = False


def install(lang: Lang = "zh", machine: Machine | None = None, sources: Sources | None = None) -> Receipt:
    """Install for the person who is logged on; a second run renews what is there.

    Raises
    ------
    KpiError
        ``E-INSTALL-PLACE`` (a file is in use or may not be written), ``E-INSTALL-LETTERS``, ``E-INSTALL-LIST``.
        What was put in place before that is written down, and `uninstall` takes it away.
    """
    start = perf_counter()
    target, taken = machine or this_machine(), sources or shipped()
    folder = data_folder(target)
    manifest = read_manifest(folder)
    placed = manifest.placed
    done: list[Mapping[str, object]] = []
    try:
        for step in steps(target, taken, lang):
            earlier = placed.get(str(step.path))
            placed[str(step.path)] = put_file(step.path, step.data, earlier, folder, is_program=step.is_program)
            done.append({"step": step.key, "place": str(step.path)})
        done.extend(_share_settings(target, placed))
        done.extend(_extend_office(target, taken, placed))
    finally:
        write_manifest(folder, manifest)
    issues = tuple(_lacking(target, taken, done))
    facts = {"system": target.system, "steps": done}
    return Receipt("install", "kpi_xl", issues, facts, seconds=perf_counter() - start)


def shipped() -> Sources:
    """The add-in of this package or of the checkout it runs from, and the script of the installed xlwings."""
    package = Path(str(files("kpi_xl")))
    xlwings = find_spec("xlwings")
    script = Path(xlwings.origin).parent / SCRIPT if xlwings is not None and xlwings.origin else None
    folders = (package / "workbooks", package.parent / "workbooks")
    return Sources(
        _first(*(folder / ADDIN for folder in folders)),
        _first(script) if script is not None else None,
        _first(*(folder / EXTENSION for folder in folders)),
    )


def _first(*places: Path) -> bytes | None:
    return next((place.read_bytes() for place in places if place.is_file()), None)


def steps(machine: Machine, sources: Sources, lang: Lang) -> Iterator[Step]:
    """Every file of an installation, the settings first so that the add-in never runs without them."""
    own = configuration(machine, "kpi_xl")
    if own is not None:
        yield Step("settings", own, encoded(_interpreter_line(machine) + "\n", machine.ansi))
    script = script_place(machine)
    if script is not None and sources.script is not None:
        yield Step("script", script, sources.script)
    startup = startup_folder(machine)
    if startup is not None and sources.addin is not None:
        yield Step("addin", startup / ADDIN, sources.addin)
    if sources.extension is not None and extension_program(machine) is not None:
        yield Step("paths", machine.home / ".config" / "kpi_xl" / "python.path", _python_folders().encode())
        yield Step("extension", data_folder(machine) / EXTENSION, sources.extension)
    for launcher in launchers(machine, label("ribbon", "tab", lang), label("window", "about", lang)):
        yield Step("launcher", launcher.path, encoded(launcher.text, machine.ansi), is_program=True)


def _python_folders() -> str:
    """Where LibreOffice's Python finds this program and what it needs, one folder a line."""
    found = [spec.origin for name in ("kpi_xl", "openpyxl", "xlsxwriter") if (spec := find_spec(name)) and spec.origin]
    return "".join(f"{folder}\n" for folder in dict.fromkeys(str(Path(origin).parents[1]) for origin in found))


def _interpreter_line(machine: Machine) -> str:
    return setting_line(KEYS[machine.system], str(machine.interpreter), machine)


def _share_settings(machine: Machine, placed: dict[str, Placed]) -> Iterator[Mapping[str, object]]:
    """The templates read the settings of xlwings; a Python that the person chose there stays."""
    shared = configuration(machine, "xlwings")
    if shared is None:
        return
    entry = put_line(shared, KEYS[machine.system], _interpreter_line(machine), machine.ansi, placed.get(str(shared)))
    if entry is None:
        placed.pop(str(shared), None)
        yield {"step": "settings_kept", "place": str(shared)}
    else:
        placed[str(shared)] = entry
        yield {"step": "settings", "place": str(shared)}


def _extend_office(
    machine: Machine, sources: Sources, placed: dict[str, Placed]
) -> Iterator[Mapping[str, object]]:
    """LibreOffice copies the extension into its own folder; what it is called there is what goes on the list."""
    if sources.extension is None or extension_program(machine) is None:
        return
    name = identity(sources.extension)
    if add_extension(machine, data_folder(machine) / EXTENSION):
        placed[IN_OFFICE + name] = Placed(IN_OFFICE + name, digest(sources.extension))
        yield {"step": "office", "place": name}
    else:
        yield {"step": "office_not", "place": name}


def _lacking(machine: Machine, sources: Sources, done: Iterable[Mapping[str, object]]) -> Iterator[Issue]:
    if sources.addin is None and startup_folder(machine) is not None:
        yield Issue("W-INSTALL-ADDIN", ADDIN, {"found": ADDIN})
    if sources.script is None and script_place(machine) is not None:
        yield Issue("W-INSTALL-SCRIPT", SCRIPT, {"wanted": SCRIPT, "version": XLWINGS})
    for step in done:
        if step["step"] == "office_not":
            yield Issue("W-INSTALL-EXTENSION", EXTENSION, {"found": step["place"]})
