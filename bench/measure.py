"""Whole processes measured from outside: wall seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    seconds: float                      # by the clock on the wall
    busy: float = 0.0                   # of the processor: what a machine with other work on it still tells rightly
    peak: float = 0.0                   # megabytes


def run(*command: str, times: int = 3) -> Run:
    """The best of several runs of a command."""
    runs = [_once(command) for _ in range(times)]
    return min(runs, key=lambda each: each.seconds)


def _once(command: tuple[str, ...]) -> Run:
    start = time.perf_counter()
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise RuntimeError(f"{command} ended with {code}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
