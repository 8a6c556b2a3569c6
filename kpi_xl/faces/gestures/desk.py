"""Gestures on this computer: window, live, install, doctor, uninstall."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import Command, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang


def add(command: Command, lang: Lang) -> None:
    """Add these commands."""
    command("window", _window).add_argument("book", type=Path, nargs="?", help=say("help.book", lang))
    live = command("live", _live)
    live.add_argument("button", help=say("help.button", lang))
    live.add_argument("book", nargs="?", help=say("help.live.book", lang))
    command("install", _install)
    command("doctor", _doctor).add_argument("book", type=Path, nargs="?", help=say("help.doctor.book", lang))
    command("uninstall", _uninstall)


def _window(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.faces.window import main

    return main(options.book, lang)


def _live(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.faces.live import live

    return live(options.button, options.book, lang)


def _install(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.install import install

    return tell([install(lang)], options, lang)


def _doctor(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.doctor import doctor

    return tell([doctor(options.book)], options, lang)


def _uninstall(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.uninstall import uninstall

    return tell([uninstall()], options, lang)
