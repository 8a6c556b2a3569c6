"""Formulas between the two grammars: as a workbook file spells them, and as LibreOffice's programming face does."""

from __future__ import annotations

import re

_TEXT = r'(?P<text>"(?:[^"]|"")*")'
_ERROR = r"(?P<error>#(?:N/A|DIV/0!|NAME\?|NULL!|NUM!|REF!|VALUE!))"
_CELL = r"(?=\$?[A-Za-z]{1,3}\$?\d+(?![\w.(])|\$?[A-Za-z]{1,3}:\$?[A-Za-z]|\$?\d+:\$?\d|#REF!)"
_TRUTH = r"(?P<truth>(?<![\w.$])(?:TRUE|FALSE)(?:\(\))?(?![\w.(!]))"
_SIGN = r"(?P<sign>[{}|;,~!])"
_OFFICE = re.compile(
    rf"{_TEXT}|{_ERROR}|\$?(?P<quoted>'(?:[^']|'')+')\.|\$?(?P<sheet>[^\W\d]\w*)\.{_CELL}|{_TRUTH}|{_SIGN}"
)
_FILE = re.compile(rf"{_TEXT}|{_ERROR}|(?P<quoted>'(?:[^']|'')+')!|(?P<sheet>[^\W\d][\w.]*)!|{_TRUTH}|{_SIGN}")


def from_office(text: str) -> str:
    """Formula as a workbook file has it, from what ``getFormula`` says; both without the leading "=".

    >>> print(from_office('IF($Plan.$E$6:$E$9>0;"a;b";SUM({1;2|3;4}))'))
    IF('Plan'!$E$6:$E$9>0,"a;b",SUM({1,2;3,4}))
    """
    return _translated(text, _OFFICE, "!", {"{": {";": ",", "|": ";"}, "": {";": ",", "~": ",", "!": " "}}, "")


def to_office(text: str) -> str:
    """Formula as ``setFormula`` wants it, from what a workbook file has; both without the leading "=".

    >>> to_office("SUM('a b'!C6,汇总排名!$B$2,{1,2;3,4})=TRUE")
    "SUM($'a b'.C6;$'汇总排名'.$B$2;{1;2|3;4})=TRUE()"
    """
    return _translated(text, _FILE, ".", {"{": {",": ";", ";": "|"}, "": {",": ";"}}, "$")


def _translated(text: str, grammar: re.Pattern[str], mark: str, signs: dict[str, dict[str, str]], absolute: str) -> str:
    inside = ""

    def piece(found: re.Match[str]) -> str:
        nonlocal inside
        match found.lastgroup:
            case "quoted":
                return f"{absolute}{found['quoted']}{mark}"
            case "sheet":
                return f"{absolute}'{found['sheet']}'{mark}"
            case "truth":
                return found["truth"].removesuffix("()") + ("()" if absolute else "")
            case "sign":
                sign = found["sign"]
                inside = sign if sign == "{" else "" if sign == "}" else inside
                return signs[inside].get(sign, sign)
        return found[0]

    return grammar.sub(piece, text)
