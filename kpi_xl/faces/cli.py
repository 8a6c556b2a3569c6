"""The command line: gestures to commands, receipts to words or JSON; no logic."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.faces.gestures.telling import ERRORS, OK, UNUSABLE, USAGE, Act
from kpi_xl.labels import LANGS, Lang, message


def run(arguments: Sequence[str] | None = None) -> int:
    """Entry point of ``kpi-xl``; the answer is the exit code.

    0 no error (warnings allowed) · 1 errors found · 2 wrong usage · 3 workbook unusable.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = _language(given)
    options = _parser(lang).parse_args(given)
    try:
        return int(options.act(options, lang))
    except KpiError as error:
        return _failed(error, options, lang)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return ERRORS
    except Exception as error:
        if os.environ.get("KPI_XL_DEBUG"):
            raise
        return _failed(WorkbookError("E-INTERNAL", kind=type(error).__name__, text=str(error)), options, lang)


def _language(arguments: Sequence[str]) -> Lang:
    """The reader's language: ``--lang``, else KPI_XL_LANG, else the locale."""
    asked = [after for before, after in pairwise(arguments) if before == "--lang"]
    asked += [word.partition("=")[2] for word in arguments if word.startswith("--lang=")]
    names = [*asked, os.environ.get("KPI_XL_LANG", ""), os.environ.get("LC_ALL", ""), os.environ.get("LANG", "")]
    return next((lang for name in names for lang in LANGS if name.lower().startswith(lang)), "en")


def _parser(lang: Lang) -> argparse.ArgumentParser:
    from kpi_xl.faces.gestures import books, desk, functions, making, planning, raw, sharing
    from kpi_xl.faces.speech import say

    parser = argparse.ArgumentParser(prog="kpi-xl", description=say("about", lang))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGS, help=say("help.lang", lang))
    shared.add_argument("--json", action="store_true", help=say("help.json", lang))

    def command(name: str, act: Act) -> argparse.ArgumentParser:
        text = say(f"help.{name}", lang)
        added = commands.add_parser(name, help=text, description=text, parents=[shared])
        added.set_defaults(act=act)
        return added

    for family in (books, raw, planning, sharing, functions, desk, making):
        family.add(command, lang)
    books.add_demo(command, lang)
    return parser


def _failed(error: KpiError, options: argparse.Namespace, lang: Lang) -> int:
    """An unusable workbook or wrong arguments, in words, on standard error (or as JSON on standard output)."""
    text = message(error.code, error.args_by_name, lang)
    what, _, mend = text.partition(" → ")
    if getattr(options, "json", False):
        print(json.dumps({"error": error.code, "message": what, "mend": mend}, ensure_ascii=False))
    else:
        print(f"{error.code}: {what}" + (f"\n    → {mend}" if mend else ""), file=sys.stderr)
    return USAGE if error.code in USAGE_CODES else UNUSABLE


USAGE_CODES = frozenset(
    ("E-PRESET-UNKNOWN", "E-PERIOD-CODE", "E-ENGINE-UNKNOWN", "E-CARD-UNKNOWN", "E-ITEM-UNKNOWN", "E-CALL-JSON",
     "E-FUNCTION-UNKNOWN", "E-FUNCTION-ARGUMENTS", "E-BOOK-EXISTS", "E-FACTS-GRAIN", "E-FACTS-SPAN", "E-LOAD-UNKNOWN",
     "E-ITEM-NOT-RAW", "E-SHEET-UNKNOWN", "E-WEIGHING-METHOD", "E-WEIGHING-TEMPLATE")
)  # fmt: skip


def main() -> None:
    """``python -m kpi_xl``."""
    sys.exit(run())
