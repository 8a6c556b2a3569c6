"""workbooks: the files a person opens, built from the text in this package; the same text gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from kpi_xl.book.starter import Content, starter
from kpi_xl.builder.customui import ribbon_parts
from kpi_xl.builder.macrobook import macro_book
from kpi_xl.builder.macros import Kind, Module, function_module, own_modules, xlwings_modules
from kpi_xl.builder.oxt import oxt_bytes
from kpi_xl.builder.settings_sheet import build_addin
from kpi_xl.builder.template import finish_template
from kpi_xl.commands.new import new_from
from kpi_xl.commands.receipt import Receipt
from kpi_xl.errors import WorkbookError
from kpi_xl.hosts.file import FileHost
from kpi_xl.labels import LANGS, Lang
from kpi_xl.library import preset
from kpi_xl.model.periods import parse_period

PRESET, PERIOD = "DECK12", "2026-01"
"""What the templates start with."""
ADDIN = "kpi_xl.xlam"
EXTENSION = "kpi_xl.oxt"


def workbooks(folder: Path) -> Receipt:
    """Write the add-in and both kinds of template in both languages; files of these names are replaced.

    Raises
    ------
    WorkbookError
        ``E-BUILD-PACKAGE``: a package that only building needs is missing; ``E-BOOK-ACCESS``.
    """
    start = perf_counter()
    sizes = {name: _put(folder / name, data) for name, data in products().items()}
    return Receipt("workbooks", folder.name, facts={"files": sizes}, seconds=perf_counter() - start)


def products() -> Mapping[str, bytes]:
    """Bytes of every product by file name."""
    return {
        EXTENSION: oxt_bytes(),
        ADDIN: macro_book(_built(build_addin), all_modules("addin"), ribbon_parts(LANGS), "addin"),
        **{f"kpi_template.{lang}.xlsm": macro_template(lang, _starter(lang), all_modules("book")) for lang in LANGS},
        **{f"kpi_template.{lang}.xlsx": _template(lang) for lang in LANGS},
    }


def macro_template(lang: Lang, content: Content, modules: Sequence[Module]) -> bytes:
    """A workbook with these inputs and VBA modules, with ribbon and button."""
    base = _built(lambda path: new_from(path, FileHost, content, lang, finish_template(lang)))
    return macro_book(base, modules, ribbon_parts([lang]), "book")


def all_modules(kind: Kind) -> tuple[Module, ...]:
    """Every VBA module of an add-in or a template, in the editor's order."""
    return (*own_modules(kind), *xlwings_modules(kind), function_module(kind))


def _template(lang: Lang) -> bytes:
    return _built(lambda path: new_from(path, FileHost, _starter(lang), lang))


def _starter(lang: Lang) -> Content:
    return starter(preset(PRESET), parse_period(PERIOD), lang)


def _built(write: Callable[[Path], object]) -> bytes:
    with TemporaryDirectory(prefix="kpi_xl-") as folder:
        path = Path(folder) / "book.xlsx"
        write(path)
        return path.read_bytes()


def _put(path: Path, data: bytes) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise WorkbookError("E-BOOK-ACCESS", book=path.name, reason=error.strerror or "") from error
    return len(data)
