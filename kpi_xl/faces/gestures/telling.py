"""What every gesture of the command line needs: adding a command, telling what was done, showing progress."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.commands.receipt import Receipt

OK, ERRORS, USAGE, UNUSABLE = 0, 1, 2, 3
Act = Callable[[argparse.Namespace, Lang], int]
Command = Callable[[str, Act], argparse.ArgumentParser]
"""Adds a command by its name and what it does; the answer takes its options."""


def progress(options: argparse.Namespace, lang: Lang) -> AbstractContextManager[Callable[[str], None]]:
    """A bar on standard error where a person watches."""
    from kpi_xl.faces.progress import progress

    return progress(lang, is_silent=options.json or not sys.stderr.isatty())


def tell(receipts: Iterable[Receipt], options: argparse.Namespace, lang: Lang, *, quiet_issues: bool = False) -> int:
    """Print receipts in words or as JSON; the answer is the exit code."""
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
