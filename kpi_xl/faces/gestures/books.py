"""Gestures on one workbook: new, add, check, score, verify, explain, demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import Command, progress, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang

# Each act imports what it uses: a ribbon click may start a fresh interpreter, and every import is waited for.


def add(command: Command, lang: Lang) -> None:
    """Add these commands."""
    new = command("new", _new)
    new.add_argument("book", type=Path, help=say("help.book", lang))
    new.add_argument("--preset", default="DECK12", help=say("help.preset", lang))
    new.add_argument("--period", default="2026-01", help=say("help.period", lang))
    new.add_argument("--sample", action="store_true", help=say("help.sample", lang))
    more = command("add", _add)
    more.add_argument("book", type=Path, help=say("help.book", lang))
    more.add_argument("sheet", help=say("help.sheet", lang))
    command("check", _check).add_argument("book", type=Path, help=say("help.book", lang))
    score = command("score", _score)
    score.add_argument("book", type=Path, help=say("help.book", lang))
    score.add_argument("-o", "--out", type=Path, help=say("help.out", lang))
    verify = command("verify", _verify)
    verify.add_argument("book", type=Path, help=say("help.book", lang))
    verify.add_argument("--with", dest="engines", default="", help=say("help.with", lang))
    verify.add_argument("--seal", action="store_true", help=say("help.seal", lang))
    explain = command("explain", _explain)
    explain.add_argument("book", type=Path, help=say("help.book", lang))
    explain.add_argument("card", help=say("help.card", lang))
    explain.add_argument("indicator", nargs="?", help=say("help.kpi", lang))
    explain.add_argument("--rows", type=Path, help=say("help.rows", lang))


def add_demo(command: Command, lang: Lang) -> None:
    """Add the demo, which comes last in the list."""
    command("demo", _demo).add_argument(
        "folder", type=Path, nargs="?", default=Path("demo"), help=say("help.folder", lang)
    )


def _new(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.new import new, new_sample
    from kpi_xl.hosts.file import FileHost

    if options.sample:
        return tell([new_sample(options.book, FileHost, lang)], options, lang, quiet_issues=True)
    receipt = new(options.book, FileHost, options.preset, lang, options.period)
    return tell([receipt], options, lang, quiet_issues=True)


def _add(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.adding import add
    from kpi_xl.hosts.file import FileHost

    return tell([add(FileHost(options.book), options.sheet)], options, lang)


def _check(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.check import check
    from kpi_xl.hosts.file import FileHost

    return tell([check(FileHost(options.book))], options, lang)


def _score(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.score import score
    from kpi_xl.hosts.file import FileHost

    return tell([score(FileHost(options.book, options.out))], options, lang)


def _verify(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.verify import verify

    if options.seal:
        from kpi_xl.commands.seal import verify_seal

        return tell([verify_seal(options.book)], options, lang)
    engines = [name.strip() for name in options.engines.split(",") if name.strip()]
    with progress(options, lang) as report:
        receipt = verify(options.book, engines, report)
    return tell([receipt], options, lang)


def _explain(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.explain import explain
    from kpi_xl.hosts.file import FileHost

    receipt = explain(FileHost(options.book), options.card, options.indicator, lang, rows=options.rows)
    return tell([receipt], options, lang)


def _demo(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.demo import demo
    from kpi_xl.hosts.file import FileHost

    with progress(options, lang) as report:
        receipts = list(demo(options.folder, FileHost, report))
    code = tell(receipts, options, lang)
    if not options.json:
        print(say("demo.files", lang))
        for name in dict.fromkeys(receipt.book for receipt in receipts):
            print(f"  {options.folder / name}")
    return code
