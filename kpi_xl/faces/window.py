"""The window for those without the add-in: choose a workbook, press a button, read what came of it."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi_xl.errors import KpiError
from kpi_xl.labels import Lang

if TYPE_CHECKING:
    from kpi_xl.faces.window_parts import Window

OFTEN = 60
"""Milliseconds between two looks at what the worker has to say."""


def main(book: Path | None = None, lang: Lang = "zh") -> int:
    """Open the window, with a workbook when one was dragged on the launcher; the answer is an exit code.

    Raises
    ------
    KpiError
        ``E-WINDOW-TK``: this Python has no Tk; ``E-WINDOW-DISPLAY``: there is no screen.
    """
    window = opened(lang)
    if book is not None:
        window.choose(book)
    window.root.mainloop()
    return 0


def opened(lang: Lang) -> Window:
    """The window, drawn and ready to be used."""
    try:
        import tkinter as tk

        from kpi_xl.faces.window_parts import Window
    except ImportError as error:
        raise KpiError("E-WINDOW-TK") from error
    try:
        return Window(lang, Worker)
    except tk.TclError as error:
        raise KpiError("E-WINDOW-DISPLAY", reason=str(error)) from error


class Worker:
    """One piece of work at a time, beside the window; what it reports is handed over in the window's own time.

    Tk may be spoken to by one thread only, so the worker leaves messages and the window comes and looks.
    """

    def __init__(self, after: Callable[..., Any]) -> None:
        self._after = after
        self._said: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._thread is not None

    def start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do `work` and hand its result to `done`."""

        def run() -> None:
            result = work()
            self.tell(lambda: self._finish(done, result))

        # Not a daemon: closing the window must not cut off a file that is being written.
        self._thread = threading.Thread(target=run, daemon=False)
        self._thread.start()
        self._look()

    def tell(self, message: Callable[[], None]) -> None:
        """Leave a message for the window; any thread may."""
        self._said.put(message)

    def _finish(self, done: Callable[[Any], None], result: Any) -> None:
        self._thread = None
        done(result)

    def _look(self) -> None:
        while not self._said.empty():
            self._said.get()()
        if self._thread is not None:
            self._after(OFTEN, self._look)


def run(arguments: Sequence[str]) -> int:
    """Entry point of the launchers: the workbook that was dragged on one, if any."""
    import os

    from kpi_xl.faces.presented import failure

    names = [os.environ.get(name, "") for name in ("KPI_XL_LANG", "LC_ALL", "LANG")]
    lang: Lang = "en" if next((name for name in names if name), "zh").lower().startswith("en") else "zh"
    try:
        return main(Path(arguments[0]) if arguments else None, lang)
    except KpiError as error:
        shown = failure(error, lang)
        print(shown.line, f"→ {shown.mend}", sep="\n", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
