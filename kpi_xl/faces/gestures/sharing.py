"""Gestures on what others get: publish, repair."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import Command, progress, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang


def add(command: Command, lang: Lang) -> None:
    """Add these commands."""
    publish = command("publish", _publish)
    publish.add_argument("book", type=Path, help=say("help.book", lang))
    publish.add_argument("-o", "--out", type=Path, help=say("help.publish.out", lang))
    publish.add_argument("--pdf", choices=("merged", "cards"), default="", help=say("help.pdf", lang))
    publish.add_argument("--copies", choices=("person", "department"), default="", help=say("help.copies", lang))
    publish.add_argument("--folder", type=Path, help=say("help.copies.folder", lang))
    repair = command("repair", _repair)
    repair.add_argument("book", type=Path, help=say("help.book", lang))
    repair.add_argument("-o", "--out", type=Path, help=say("help.out", lang))


def _publish(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.publish import publish

    with progress(options, lang) as report:

        def told(what: str, done: int, of: int) -> None:
            report(f"{what} {done}/{of}")

        asked = {"pdf": options.pdf, "copies": options.copies, "folder": options.folder}
        receipt = publish(options.book, options.out, **asked, progress=told)
    return tell([receipt], options, lang)


def _repair(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.repair import repair

    return tell([repair(options.book, options.out)], options, lang)
