"""call: the worksheet functions from outside Excel, one JSON array a line in, one JSON value a line out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kpi_xl.commands.query import OpenResults, answer, results, spec_of
from kpi_xl.errors import FunctionError, KpiError
from kpi_xl.functions import CellFailure, FunctionSpec
from kpi_xl.hosts.port import WorkbookHost
from kpi_xl.labels import Lang, message

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Arguments: TypeAlias = Sequence[Json] | Mapping[str, Json]


def call(name: str, args: Arguments, lang: Lang = "zh", host: WorkbookHost | None = None) -> Json:
    """Value of one worksheet function; book queries answer from the book of `host`.

    Parameters
    ----------
    name : str
        Name in Excel, such as ``KPI_SCORE``, in any case.
    args : sequence, or mapping by argument name
        Numbers, texts, null for a blank cell; a list of rows for a block.
    lang : "zh" or "en"
        Language of the messages.
    host
        The book that KPI_FACT, KPI_SCORECARD and KPI_WHY are about.

    Returns
    -------
    Json
        A number, ``""`` for no score, ``{"error": code, "message": ...}``, or rows of these for a block.

    Raises
    ------
    FunctionError
        ``E-FUNCTION-UNKNOWN``, ``E-FUNCTION-ARGUMENTS``, ``E-CALL-BOOK``: there was nothing to call.

    >>> call("KPI_RATIO", [30, 1000])
    0.03
    """
    return _call(name, args, lang, None if host is None else results(host))


def call_lines(lines: Iterable[str], lang: Lang = "zh", host: WorkbookHost | None = None) -> Iterator[str]:
    """One line of JSON for each line of JSON; a line that is none gives an error of its own and stops nothing.

    ``["KPI_SCORE", "RATIO", 5.4, 5]``, or by name ``["KPI_SCORE", {"rule": "RATIO", "actual": 5.4, "target": 5}]``.
    """
    book = None if host is None else results(host)
    for line in lines:
        text = json.dumps(_call_line(line, lang, book), ensure_ascii=False, allow_nan=False)
        # Half a surrogate pair is no character that a stream can write; escaped again, it is JSON as it came in.
        yield text.encode("utf-8", "backslashreplace").decode("utf-8")


def _call(name: str, args: Arguments, lang: Lang, book: OpenResults | None) -> Json:
    spec = spec_of(name, has_book=book is not None)
    bound = _bound(spec, args)
    try:
        return _json(answer(spec, bound, book), lang)
    except KpiError as error:
        return _failed(error, lang)


def _call_line(line: str, lang: Lang, book: OpenResults | None) -> Json:
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):  # a bottomless nest of brackets exhausts the parser's stack
        parsed = None
    if not isinstance(parsed, list) or not parsed or not isinstance(parsed[0], str):
        return _json(CellFailure("E-CALL-LINE", {"found": line.strip()[:80]}), lang)
    name, *args = parsed
    try:
        return _call(name, args[0] if len(args) == 1 and isinstance(args[0], dict) else args, lang, book)
    except KpiError as error:
        return _failed(error, lang)


def _failed(error: KpiError, lang: Lang) -> Json:
    return _json(CellFailure(error.code, error.args_by_name), lang)


def _bound(spec: FunctionSpec, args: Arguments) -> dict[str, Json]:
    """Arguments by name; every one is known, and none that the function needs is left out."""
    names = [argument.name for argument in spec.arguments]
    if not isinstance(args, (Mapping, Sequence)) or isinstance(args, str):
        raise FunctionError("E-FUNCTION-ARGUMENTS", function=spec.name, found=args, wanted=", ".join(names))
    by_name = dict(args) if isinstance(args, Mapping) else dict(zip(names, args, strict=False))
    needed = [argument.name for argument in spec.arguments if not argument.optional]
    is_complete = set(needed) <= set(by_name) <= set(names)
    if not is_complete or len(by_name) != len(args):
        raise FunctionError("E-FUNCTION-ARGUMENTS", function=spec.name, found=_given(args), wanted=", ".join(names))
    return by_name


def _given(args: Arguments) -> str:
    return ", ".join(args) if isinstance(args, Mapping) else str(len(args))


def _json(value: object, lang: Lang) -> Json:
    if isinstance(value, CellFailure):
        return {"error": value.code, "message": _message(value, lang)}
    if isinstance(value, (list, tuple)):
        return [_json(part, lang) for part in value]
    return value if isinstance(value, (bool, int, float, str)) else None


def _message(failure: CellFailure, lang: Lang) -> str:
    """The sentence of a failure; that of a configuration quotes the problem behind it."""
    problem = failure.args.get("problem")
    reason = {} if problem is None else {"reason": message(str(problem), failure.args, lang)}
    return message(failure.code, {**failure.args, **reason}, lang)
