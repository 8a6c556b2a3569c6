"""What an engine says when it fails, without anything that nobody is to see."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi_xl.errors import KpiError

HIDDEN = "***"
SECRET = re.compile(r"(?i)((?:password|passwd|pwd|token|secret|api_?key)\s*[=:]\s*)[^\s&;,'\"]+")


class EngineError(KpiError):
    """The engine cannot be reached, or does not have what is asked of it."""


def told(error: Exception, secrets: Iterable[str] = ()) -> str:
    """What a driver says, its first line, without any secret."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = re.sub(r"(\w+://[^\s:/@]+):[^\s@]+@", rf"\1:{HIDDEN}@", text)
    return SECRET.sub(rf"\1{HIDDEN}", text)[:200]
