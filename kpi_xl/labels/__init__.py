"""Every word a person reads, zh and en side by side; one TOML file per table of words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
WORDS_OF = {"E-FORMULA-KIND": "kind"}
"""Messages whose facts are codes, and where in labels/raw.toml those have their words."""


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    """All rows of one table of words: key -> {"zh": ..., "en": ...}."""
    text = files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def lang_of(code: str) -> Lang:
    """The language of a book by its setting; Chinese where the setting is none of ours.

    >>> lang_of("en"), lang_of("")
    ('en', 'zh')
    """
    return "en" if code == "en" else "zh"


def label(name: str, key: str, lang: Lang) -> str:
    """The words of `key` in table `name`, in one language.

    >>> label("sheets", "plan", "en")
    'Plan'
    """
    return table(name)[key][lang]


@cache
def keys_by_label(name: str, prefix: str = "") -> Mapping[str, str]:
    """Key of every word of a table, in either language; what a heading typed by a person means."""
    return {words[lang]: key for key, words in table(name).items() if key.startswith(prefix) for lang in LANGS}


def message(code: str, args: Mapping[str, object], lang: Lang) -> str:
    """The sentence of an issue or error code with its facts filled in.

    >>> message("E-FORMULA-KIND", {"at": 5, "found": "text", "wanted": "number"}, "zh").partition(" → ")[0]
    '第 5 个字符：这里是文字，应为数字'
    """
    return table("messages")[code][lang].format_map(_Facts(_in_words(code, args, lang)))


def _in_words(code: str, args: Mapping[str, object], lang: Lang) -> Mapping[str, object]:
    """Facts that are codes themselves, as the reader calls them."""
    if code not in WORDS_OF:
        return args
    words = table("raw")
    keys = {name: f"{WORDS_OF[code]}.{value}" for name, value in args.items()}
    return {name: words[keys[name]][lang] if keys[name] in words else value for name, value in args.items()}


class _Facts(dict[str, object]):
    """Facts of a message; one that is absent shows as its name rather than failing the message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
