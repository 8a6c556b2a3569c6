"""The parts of the window and what each does when it is touched."""

from __future__ import annotations

import contextlib
import tkinter as tk
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import product
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Any, Protocol

from kpi_xl.faces.presented import ACTIONS, CARD_COLUMNS, ISSUE_COLUMNS, Row, Shown, act, phrase
from kpi_xl.faces.window_looks import COLOURS, LINE, PAPER, dress, sharpen
from kpi_xl.hosts.machine.desktop import open_in_office
from kpi_xl.labels import Lang, label

KINDS = "*.xlsx *.xlsm"
WIDTHS = {
    "card": 80, "subject": 190, "total": 80, "grade": 60, "coefficient": 80, "rank": 60, "status": 120,
    "severity": 60, "code": 170, "cell": 110, "message": 240, "mend": 200,
}  # fmt: skip
RIGHT = ("total", "coefficient", "rank")
WIDE = ("subject", "message", "mend")


class Working(Protocol):
    """Does one piece of work beside the window."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        ...

    def start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do `work` and hand its result to `done`."""
        ...

    def tell(self, message: Callable[[], None]) -> None:
        """Leave a message for the window; any thread may."""
        ...


class Window:
    """One window on one workbook at a time."""

    def __init__(self, lang: Lang, worker: Callable[[Callable[..., Any]], Working]) -> None:
        sharpen()
        self.lang: Lang = lang
        self.root, self._can_drop = _root()
        dress(self.root, lang)
        self._worker = worker(self.root.after)
        self._book: Path | None = None
        self._shown = Shown(phrase("ready", lang))
        self.root.title(label("ribbon", "tab", lang))
        self._place()
        frame = ttk.Frame(self.root, padding=16)
        frame.pack(fill="both", expand=True)
        self._name, self._hint = self._drop_area(frame)
        self.buttons = self._button_row(frame)
        self._bar = ttk.Progressbar(frame, mode="determinate", maximum=100)
        self._bar.pack(fill="x", pady=(12, 0))
        self._line = tk.Label(frame, font="KpiTitle", anchor="w", justify="left", background=_ground(self.root))
        self._line.pack(fill="x", pady=(10, 0))
        self._note = ttk.Label(frame, style="Grey.TLabel", anchor="w", justify="left")
        self._note.pack(fill="x", pady=(2, 8), side="bottom")
        self._lists = self._list_area(frame)
        for part in (self._line, self._note):
            part.bind("<Configure>", lambda event: event.widget.configure(wraplength=event.width - 8))
        self.show(self._shown)

    def choose(self, book: Path) -> None:
        """Work on this file from now on."""
        if not self._worker.is_busy:
            self._book = book.absolute()
            self.show(Shown(phrase("chosen", self.lang), opens=self._book))

    def press(self, key: str) -> None:
        """Do what a button says, beside the window, and show what came of it."""
        book = self._book
        if book is None or self._worker.is_busy:
            return
        self._set_line(phrase(f"busy.{key}", self.lang), "quiet")
        self._bar.configure(mode="indeterminate")
        self._bar.start(12)
        self._worker.start(lambda: act(key, book, self.lang, self._progress), self._finish)
        self._enable()

    def show(self, shown: Shown) -> None:
        """Show an outcome: its line, its lists, and which buttons make sense now."""
        self._shown = shown
        self._set_line(shown.line, shown.tone)
        self._note.configure(text=shown.mend)
        for key, rows in (("cards", shown.cards), ("issues", shown.issues)):
            _fill(self._tables[key], rows)
        if shown.issues:
            self._tables["issues"].selection_set(self._tables["issues"].get_children()[0])
        lists: Any = self._lists
        lists.tab(1, text=phrase("tab.issues", self.lang, n=len(shown.issues)))
        lists.select(0 if shown.first_list == "cards" else 1)
        hint = "change" if self._book else "drop" if self._can_drop else "choose"
        folder = f"{self._book.parent}  ·  " if self._book else ""
        self._name.configure(text=self._book.name if self._book else label("ribbon", "tab", self.lang))
        self._hint.configure(text=folder + phrase(hint, self.lang))
        self._enable()

    def _finish(self, shown: Shown) -> None:
        self._bar.stop()
        self._bar.configure(mode="determinate", value=0)
        self.show(shown)

    def _progress(self, what: str, done: int, out_of: int) -> None:
        """Called by the worker's thread: how far the work is."""
        if out_of > 1:
            self._worker.tell(lambda: self._advance(done, out_of))

    def _advance(self, done: int, out_of: int) -> None:
        self._bar.stop()
        self._bar.configure(mode="determinate", value=100 * done / out_of)

    def _set_line(self, text: str, tone: str) -> None:
        self._line.configure(text=text, foreground=COLOURS[tone])  # type: ignore[index]

    def _enable(self) -> None:
        usable = self._book is not None and not self._worker.is_busy
        for key, button in self.buttons.items():
            allowed = usable if key != "open" else usable and self._shown.opens is not None
            button.state(["!disabled" if allowed else "disabled"])

    def _place(self) -> None:
        """A window of sensible size in the middle of the upper half of the screen."""
        scale = self.root.winfo_fpixels("1i") / 96
        width = min(round(860 * scale), self.root.winfo_screenwidth() - 40)
        height = min(round(600 * scale), self.root.winfo_screenheight() - 80)
        left, top = (self.root.winfo_screenwidth() - width) // 2, (self.root.winfo_screenheight() - height) // 3
        self.root.geometry(f"{width}x{height}+{left}+{top}")
        self.root.minsize(min(width, round(560 * scale)), min(height, round(420 * scale)))

    def _drop_area(self, frame: ttk.Frame) -> tuple[ttk.Label, ttk.Label]:
        edge = tk.Frame(frame, background=LINE, padx=1, pady=1)
        edge.pack(fill="x")
        paper = ttk.Frame(edge, style="Drop.TFrame", padding=(12, 14), cursor="hand2", takefocus=True)
        paper.pack(fill="x")
        name = ttk.Label(paper, style="Name.TLabel", anchor="center", font="KpiTitle")
        hint = ttk.Label(paper, style="Drop.TLabel", anchor="center")
        for part in (name, hint):
            part.pack(fill="x")
        for each, gesture in product((paper, name, hint), ("<Button-1>", "<Return>", "<space>")):
            each.bind(gesture, lambda _event: self._ask())
        if self._can_drop:
            dropped: Any = paper
            dropped.drop_target_register("DND_Files")
            dropped.dnd_bind("<<Drop>>", lambda event: self._dropped(event.data))
        return name, hint

    def _dropped(self, names: str) -> None:
        files = self.root.tk.splitlist(names)
        if files:                       # some programs let go of a file without saying which
            self.choose(Path(files[0]))

    def _ask(self) -> None:
        if self._worker.is_busy:
            return
        kinds = [(phrase("kinds", self.lang), KINDS)]
        name = filedialog.askopenfilename(parent=self.root, filetypes=kinds)
        if name:
            self.choose(Path(name))

    def _button_row(self, frame: ttk.Frame) -> dict[str, ttk.Button]:
        row = ttk.Frame(frame)
        row.pack(fill="x", pady=(12, 0))
        buttons: dict[str, ttk.Button] = {}
        for index, key in enumerate(ACTIONS):
            text = label("ribbon", f"button.{key}", self.lang)
            style = "TButton" if index else "Accent.TButton"
            buttons[key] = ttk.Button(row, text=text, style=style, command=lambda key=key: self.press(key))  # type: ignore[misc]
            buttons[key].pack(side="left", padx=(0, 8))
        buttons["open"] = ttk.Button(row, text=phrase("open", self.lang), command=self._open)
        buttons["open"].pack(side="right")
        return buttons

    def _open(self) -> None:
        if self._shown.opens is not None and not open_in_office(self._shown.opens):
            self._set_line(phrase("open.not", self.lang), "bad")

    def _list_area(self, parent: ttk.Frame) -> ttk.Notebook:
        book = ttk.Notebook(parent)
        book.pack(fill="both", expand=True, pady=(10, 0))
        self._tables = {key: _table(book, columns, self.lang) for key, columns in LISTS.items()}
        for key, table in self._tables.items():
            frame: Any = table.master
            book.add(frame, text=phrase(f"tab.{key}", self.lang, n=0))
        issues = self._tables["issues"]
        issues.bind("<<TreeviewSelect>>", lambda _event: self._explain(issues))
        return book

    def _explain(self, issues: ttk.Treeview) -> None:
        """The chosen issue in full, as its row may be too narrow for it."""
        chosen = issues.selection()
        if chosen:
            _, _, cell, what, mend = self._shown.issues[issues.index(chosen[0])].cells
            self._note.configure(text="\n".join(text for text in (f"{cell}  {what}".strip(), mend) if text))


LISTS = {"cards": CARD_COLUMNS, "issues": ISSUE_COLUMNS}


def _root() -> tuple[tk.Tk, bool]:
    """The root window, and whether files can be dropped on it: that takes an extension of Tk."""
    with contextlib.suppress(ImportError, RuntimeError, tk.TclError):
        return import_module("tkinterdnd2").Tk(className="kpi-xl"), True
    return tk.Tk(className="kpi-xl"), False


def _ground(root: tk.Tk) -> str:
    return str(ttk.Style(root).lookup("TFrame", "background")) or PAPER


def _table(parent: ttk.Notebook, columns: Sequence[str], lang: Lang) -> ttk.Treeview:
    frame = ttk.Frame(parent)
    scale = parent.winfo_fpixels("1i") / 96
    table = ttk.Treeview(frame, columns=list(columns), show="headings", height=6)
    for column in columns:
        anchor: Any = "e" if column in RIGHT else "w"
        table.heading(column, text=phrase(f"column.{column}", lang), anchor=anchor)
        table.column(column, width=round(WIDTHS[column] * scale), anchor=anchor, stretch=column in WIDE)
    for tone, colour in COLOURS.items():
        table.tag_configure(tone, foreground=colour if tone in ("warn", "bad") else "#1A2733")
    slider = ttk.Scrollbar(frame, command=table.yview)
    table.configure(yscrollcommand=slider.set)
    slider.pack(side="right", fill="y")
    table.pack(side="left", fill="both", expand=True)
    return table


def _fill(table: ttk.Treeview, rows: Sequence[Row]) -> None:
    table.delete(*table.get_children())
    for row in rows:
        table.insert("", "end", values=row.cells, tags=(row.tone,))
