"""Whole processes timed from outside: wall seconds and peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    seconds: float
    megabytes: float


def run(*command: str, times: int = 3) -> Run:
    """The best of several runs of a command."""
    runs = [_once(command) for _ in range(times)]
    return min(runs, key=lambda each: each.seconds)


def _once(command: tuple[str, ...]) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024)
