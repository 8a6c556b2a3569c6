"""Whole processes timed from outside, in wall seconds."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    seconds: float


def run(*command: str, times: int = 3) -> Run:
    """The best of several runs of a command."""
    runs = [_once(command) for _ in range(times)]
    return min(runs, key=lambda each: each.seconds)


def _once(command: tuple[str, ...]) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    code = process.wait()
    seconds = time.perf_counter() - start
    if code not in (0, 1):
        raise RuntimeError(f"{command} ended with {code}")
    return Run(seconds)
