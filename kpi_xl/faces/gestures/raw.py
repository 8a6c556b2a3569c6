"""Gestures on raw data: facts, import, refresh."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import USAGE, Command, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang


def add(command: Command, lang: Lang) -> None:
    """Add these commands."""
    facts = command("facts", _facts)
    facts.add_argument("book", type=Path, nargs="?", help=say("help.book", lang))
    facts.add_argument("--raw", type=Path, help=say("help.raw", lang))
    facts.add_argument("--mapping", default="", help=say("help.mapping", lang))
    facts.add_argument("--from", dest="first", default="", help=say("help.from", lang))
    facts.add_argument("--to", dest="last", default="", help=say("help.to", lang))
    facts.add_argument("--by", default="", help=say("help.by", lang))
    facts.add_argument("--grain", default="M", choices=("M", "Q", "H", "Y", "W"), help=say("help.grain", lang))
    facts.add_argument("--kpi", default="", help=say("help.kpis", lang))
    facts.add_argument("--csv", type=Path, help=say("help.csv", lang))
    facts.add_argument("--engine", default="", help=say("help.engine", lang))
    taking = command("import", _import)
    taking.add_argument("book", type=Path, help=say("help.book", lang))
    taking.add_argument("files", type=Path, nargs="*", help=say("help.files", lang))
    taking.add_argument("--table", default="", help=say("help.table", lang))
    taking.add_argument("--mapping", default="", help=say("help.mapping", lang))
    taking.add_argument("--link", action="store_true", help=say("help.link", lang))
    taking.add_argument("--rejects", type=Path, help=say("help.rejects", lang))
    taking.add_argument("--list", dest="lists", action="store_true", help=say("help.list", lang))
    taking.add_argument("--remove", default="", help=say("help.remove", lang))
    again = command("refresh", _refresh)
    again.add_argument("book", type=Path, help=say("help.book", lang))


def _facts(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.raw_packages import require_raw

    require_raw()
    from kpi_xl.commands.raw_facts import facts
    from kpi_xl.hosts.file import FileHost

    if (options.book is None) == (options.raw is None):
        return USAGE
    source = options.raw if options.raw is not None else FileHost(options.book)
    receipt = facts(
        source, first=options.first, last=options.last, grain=options.grain, by=options.by,
        kpis=[code.strip() for code in options.kpi.split(",") if code.strip()],
        mapping=options.mapping, engine=options.engine, table=options.csv,
    )  # fmt: skip
    return tell([receipt], options, lang)


def _import(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.raw_packages import require_raw

    require_raw()
    from kpi_xl.commands.importing import import_, list_loads, remove_load
    from kpi_xl.hosts.file import FileHost

    host = FileHost(options.book)
    if options.remove:
        return tell([remove_load(host, options.remove)], options, lang)
    if options.lists or not options.files:
        return tell([list_loads(host)], options, lang)
    receipt = import_(
        host, options.files, table=options.table, mapping=options.mapping, link=options.link, rejects=options.rejects
    )
    return tell([receipt], options, lang)


def _refresh(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.raw_packages import require_raw

    require_raw()
    from kpi_xl.commands.refreshing import refresh
    from kpi_xl.hosts.file import FileHost

    return tell([refresh(FileHost(options.book))], options, lang)
