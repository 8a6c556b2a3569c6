"""Gestures on the decisions behind an appraisal: weigh, targets, health, calibrate."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpi_xl.faces.gestures.telling import Command, progress, tell
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang

WAYS = ("all", "direct", "roc", "ranksum", "reciprocal", "qfd", "ahp", "bwm", "entropy", "critic", "std", "cv",
        "maxdev", "merec", "combine", "game")  # fmt: skip
VIEWS = ("view", "rater", "team", "quota")


def add(command: Command, lang: Lang) -> None:
    """Add these commands."""
    weigh = command("weigh", _weigh)
    weigh.add_argument("book", type=Path, help=say("help.book", lang))
    weigh.add_argument("--method", choices=WAYS, default="all", help=say("help.weigh.method", lang))
    weigh.add_argument("--template", help=say("help.weigh.template", lang))
    choice = weigh.add_mutually_exclusive_group()
    choice.add_argument("--apply", action="store_true", help=say("help.weigh.apply", lang))
    choice.add_argument("--restore", default="", metavar="PERIOD", help=say("help.weigh.restore", lang))
    weigh.add_argument("--period", default="", help=say("help.weigh.period", lang))
    weigh.add_argument("--sensitivity", action="store_true", help=say("help.weigh.sensitivity", lang))
    targets = command("targets", _targets)
    targets.add_argument("book", type=Path, help=say("help.book", lang))
    targets.add_argument("--period", help=say("help.targets.period", lang))
    for name in ("propose", "decompose", "backtest", "apply", "overwrite", "simulate"):
        targets.add_argument(f"--{name}", action="store_true", help=say(f"help.targets.{name}", lang))
    health = command("health", _health)
    health.add_argument("book", type=Path, help=say("help.book", lang))
    health.add_argument("--every", action="store_true", help=say("help.health.every", lang))
    calibrate = command("calibrate", _calibrate)
    calibrate.add_argument("book", type=Path, help=say("help.book", lang))
    calibrate.add_argument("--method", choices=VIEWS, default="view", help=say("help.calibrate.method", lang))
    calibrate.add_argument("--reason", default="", help=say("help.calibrate.reason", lang))
    calibrate.add_argument("--approver", default="", help=say("help.calibrate.approver", lang))
    calibrate.add_argument("--apply", action="store_true", help=say("help.calibrate.apply", lang))


def _weigh(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.weigh import weigh
    from kpi_xl.hosts.file import FileHost

    with progress(options, lang) as report:
        receipt = weigh(
            FileHost(options.book), options.method, options.template, apply=options.apply, period=options.period,
            restore=options.restore, sensitivity=options.sensitivity,
            progress=lambda what, done, of: report(f"{what} {done}/{of}"),
        )  # fmt: skip
    return tell([receipt], options, lang)


def _targets(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.targets import targets
    from kpi_xl.hosts.file import FileHost

    asked = {name: getattr(options, name) for name in ("propose", "decompose", "backtest", "apply")}
    more = {name: getattr(options, name) for name in ("overwrite", "simulate", "period")}
    with progress(options, lang) as report:
        receipt = targets(FileHost(options.book), **asked, **more, progress=report)
    return tell([receipt], options, lang)


def _health(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.health import health
    from kpi_xl.hosts.file import FileHost

    with progress(options, lang) as report:
        receipt = health(FileHost(options.book), every=options.every, progress=report)
    return tell([receipt], options, lang)


def _calibrate(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.calibrate import calibrate
    from kpi_xl.hosts.file import FileHost

    given = {name: getattr(options, name) for name in ("reason", "approver", "apply")}
    return tell([calibrate(FileHost(options.book), options.method, **given)], options, lang)
