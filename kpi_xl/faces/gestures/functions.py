"""The gesture on worksheet functions: call."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kpi_xl.errors import WorkbookError
from kpi_xl.faces.gestures.telling import ERRORS, OK, Command
from kpi_xl.faces.speech import say
from kpi_xl.labels import Lang


def add(command: Command, lang: Lang) -> None:
    """Add the command."""
    call = command("call", _call)
    call.add_argument("name", nargs="?", help=say("help.name", lang))
    call.add_argument("--args", default="[]", help=say("help.args", lang))
    call.add_argument("--book", type=Path, help=say("help.call.book", lang))


def _call(options: argparse.Namespace, lang: Lang) -> int:
    from kpi_xl.commands.call import call, call_lines
    from kpi_xl.hosts.file import FileHost

    host = FileHost(options.book) if options.book else None
    if options.name is None:
        for line in call_lines(sys.stdin, lang, host):
            print(line, flush=True)
        return OK
    try:
        arguments = json.loads(options.args)
    except json.JSONDecodeError as error:
        raise WorkbookError("E-CALL-JSON", found=options.args, reason=error.msg) from error
    result = call(options.name, arguments, lang, host)
    print(json.dumps(result, ensure_ascii=False))
    return ERRORS if isinstance(result, dict) and "error" in result else OK
