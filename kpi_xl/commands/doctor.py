"""doctor: what stands in the way on this machine, each with its mend; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter

from kpi_xl.commands.receipt import Receipt, in_order
from kpi_xl.hosts.machine.desktop import Machine, this_machine
from kpi_xl.hosts.machine.obstacles import excel, mac, macros, python, surroundings
from kpi_xl.hosts.machine.obstacles.finding import Finding


def doctor(book: Path | None = None, machine: Machine | None = None) -> Receipt:
    """Answer every question about the machine, and with a book about its place.

    Parameters
    ----------
    book : Path, optional
        A workbook whose place and origin are looked at; its content is not read.
    machine : Machine, optional
        The machine to look at; the one we run on when absent.
    """
    start = perf_counter()
    looked_at = machine or this_machine()
    findings = tuple(examine(looked_at, book))
    issues = in_order(finding.issue for finding in findings if finding.issue is not None)
    facts = {"system": looked_at.system, "checks": [finding_json(finding) for finding in findings]}
    name = book.name if book is not None else "kpi_xl"
    return Receipt("doctor", name, issues, facts, seconds=perf_counter() - start)


def examine(machine: Machine, book: Path | None) -> Iterable[Finding]:
    """Every question in the order in which a click passes them."""
    answered = python.asked(machine)
    yield python.interpreter(machine)
    yield python.version(machine, answered)
    yield python.package(machine, answered)
    yield python.xlwings(machine, answered)
    yield excel.installed(machine)
    yield python.bitness(machine, answered, excel.excel_bits(machine))
    yield excel.name_taken(machine)
    yield excel.addin(machine)
    yield excel.disabled(machine)
    yield macros.addin_mark(machine)
    yield macros.macros(machine)
    yield excel.child_programs(machine)
    yield mac.script(machine)
    yield mac.automation(machine)
    yield surroundings.place(machine, book)
    yield macros.book_mark(machine, book)
    yield surroundings.beside(machine, book)
    yield surroundings.office(machine)
    yield surroundings.window(machine)


def finding_json(finding: Finding) -> Mapping[str, object]:
    """One answer as data; what is wrong, in full, stands in the issue with this code."""
    code = finding.issue.code if finding.issue is not None else ""
    return {"check": finding.key, "state": finding.state, "code": code, **finding.args}
