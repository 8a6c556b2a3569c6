"""The command line: gestures to commands, receipts to words or JSON; no logic."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kpi_xl.errors import KpiError, WorkbookError
from kpi_xl.labels import LANGS, Lang, message

OK, ERRORS, USAGE, UNUSABLE = 0, 1, 2, 3


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
    from kpi_xl.faces.speech import say

    parser = argparse.ArgumentParser(prog="kpi-xl", description=say("about", lang))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGS, help=say("help.lang", lang))
    shared.add_argument("--json", action="store_true", help=say("help.json", lang))

    def command(name: str, act: Callable[[argparse.Namespace, Lang], int]) -> argparse.ArgumentParser:
        text = say(f"help.{name}", lang)
        added = commands.add_parser(name, help=text, description=text, parents=[shared])
        added.set_defaults(act=act)
        return added

    new = command("new", _new)
    new.add_argument("book", type=Path, help=say("help.book", lang))
    new.add_argument("--preset", default="DECK12", help=say("help.preset", lang))
    new.add_argument("--period", default="2026-01", help=say("help.period", lang))
    command("check", _check).add_argument("book", type=Path, help=say("help.book", lang))
    score = command("score", _score)
    score.add_argument("book", type=Path, help=say("help.book", lang))
    score.add_argument("-o", "--out", type=Path, help=say("help.out", lang))
    verify = command("verify", _verify)
    verify.add_argument("book", type=Path, help=say("help.book", lang))
    verify.add_argument("--with", dest="engines", default="", help=say("help.with", lang))
    explain = command("explain", _explain)
    explain.add_argument("book", type=Path, help=say("help.book", lang))
    explain.add_argument("card", help=say("help.card", lang))
    explain.add_argument("indicator", nargs="?", help=say("help.kpi", lang))
    call = command("call", _call)
    call.add_argument("name", nargs="?", help=say("help.name", lang))
    call.add_argument("--args", default="[]", help=say("help.args", lang))
    command("demo", _demo).add_argument(
        "folder", type=Path, nargs="?", default=Path("demo"), help=say("help.folder", lang)
    )
    return parser


# Each command imports what it uses: a ribbon click may start a fresh interpreter, and every import is waited for.


def _new(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.new import new
    from kpi_xl.hosts.file import FileHost

    receipt = new(options.book, FileHost, options.preset, lang, options.period)
    return _tell([receipt], options, lang, quiet_issues=True)


def _check(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.check import check
    from kpi_xl.hosts.file import FileHost

    return _tell([check(FileHost(options.book))], options, lang)


def _score(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.score import score
    from kpi_xl.hosts.file import FileHost

    return _tell([score(FileHost(options.book, options.out))], options, lang)


def _verify(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.verify import verify

    engines = [name.strip() for name in options.engines.split(",") if name.strip()]
    with _progress(options, lang) as progress:
        receipt = verify(options.book, engines, progress)
    return _tell([receipt], options, lang)


def _explain(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.explain import explain
    from kpi_xl.hosts.file import FileHost

    return _tell([explain(FileHost(options.book), options.card, options.indicator, lang)], options, lang)


def _call(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.call import call, call_lines

    if options.name is None:
        for line in call_lines(sys.stdin, lang):
            print(line, flush=True)
        return OK
    try:
        arguments = json.loads(options.args)
    except json.JSONDecodeError as error:
        raise WorkbookError("E-CALL-JSON", found=options.args, reason=error.msg) from error
    result = call(options.name, arguments, lang)
    print(json.dumps(result, ensure_ascii=False))
    return ERRORS if isinstance(result, dict) and "error" in result else OK


def _demo(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.demo import demo
    from kpi_xl.faces.speech import say
    from kpi_xl.hosts.file import FileHost

    with _progress(options, lang) as progress:
        receipts = list(demo(options.folder, FileHost, progress))
    code = _tell(receipts, options, lang)
    if not options.json:
        print(say("demo.files", lang))
        for name in dict.fromkeys(receipt.book for receipt in receipts):
            print(f"  {options.folder / name}")
    return code


def _progress(options: argparse.Namespace, lang: Lang) -> Any:
    from kpi_xl.faces.progress import progress

    return progress(lang, is_silent=options.json or not sys.stderr.isatty())


def _tell(receipts: Iterable[Any], options: argparse.Namespace, lang: Lang, *, quiet_issues: bool = False) -> int:
    from dataclasses import replace

    from kpi_xl.commands.receipt import as_json
    from kpi_xl.faces.speech import lines

    receipts = list(receipts)
    if options.json:
        documents = [as_json(receipt, lang) for receipt in receipts]
        print(json.dumps(documents if len(documents) > 1 else documents[0], ensure_ascii=False, indent=2))
    else:
        for receipt in receipts:
            shown = replace(receipt, issues=()) if quiet_issues and receipt.exit_code == OK else receipt
            for line in lines(shown, lang):
                print(line)
    return int(max(receipt.exit_code for receipt in receipts))


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
     "E-FUNCTION-UNKNOWN", "E-FUNCTION-ARGUMENTS", "E-BOOK-EXISTS")
)  # fmt: skip


def main() -> None:
    """``python -m kpi_xl``."""
    sys.exit(run())
