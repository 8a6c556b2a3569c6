"""How the window looks: the system's own fonts and widgets, sharp on any screen."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import tkinter as tk
from tkinter import font, ttk

from kpi_xl.faces.presented import Tone
from kpi_xl.labels import Lang

FAMILIES: dict[Lang, tuple[str, ...]] = {
    "zh": ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei"),
    "en": ("Segoe UI", "Helvetica Neue", "Cantarell", "Noto Sans", "DejaVu Sans", "Noto Sans CJK SC"),
}
"""The first of these that the machine has; without any of them, what Tk chooses."""
COLOURS: dict[Tone, str] = {"quiet": "#44546A", "good": "#1E7145", "warn": "#9C5700", "bad": "#B42318"}
ACCENT, ACCENT_PRESSED, PAPER, LINE, GREY = "#1F4E79", "#163A5A", "#FFFFFF", "#C9D2DC", "#5B6673"
SIZE = 10


def sharpen() -> None:
    """Ask Windows not to blow the window up as a picture; before the first window is made."""
    if sys.platform == "win32":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.windll.shcore.SetProcessDpiAwareness(1)


def dress(root: tk.Tk, lang: Lang) -> None:
    """Choose fonts, scaling and styles."""
    root.tk.call("tk", "scaling", max(1.0, root.winfo_fpixels("1i") / 72))
    _choose_fonts(root, lang)
    style = ttk.Style(root)
    if sys.platform not in ("win32", "darwin"):
        style.theme_use("clam")
        _tidy(style, root)
    height = font.nametofont("TkDefaultFont", root).metrics("linespace")
    style.configure("Treeview", rowheight=round(height * 1.6))
    style.configure("Drop.TFrame", background=PAPER)
    style.configure("Drop.TLabel", foreground=GREY, background=PAPER)
    style.configure("Name.TLabel", foreground=ACCENT, background=PAPER)
    style.configure("Grey.TLabel", foreground=GREY)


def _choose_fonts(root: tk.Tk, lang: Lang) -> None:
    present = set(font.families(root))
    family = next((name for name in FAMILIES[lang] if name in present), "")
    for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
        named = font.nametofont(name, root)
        if family:
            named.configure(family=family)
        if sys.platform != "darwin":
            named.configure(size=SIZE)
    default = font.nametofont("TkDefaultFont", root).actual()
    # Not through font.Font, which takes the font away again with the object.
    title = ("-family", default["family"], "-size", default["size"] + 3, "-weight", "bold")
    root.tk.call("font", "create", "KpiTitle", *title)


def _tidy(style: ttk.Style, root: tk.Tk) -> None:
    """Make the plain theme of Linux calm: white paper, thin lines, one colour for the main button."""
    ground = "#F5F7F9"
    root.configure(background=ground)
    style.configure(".", background=ground, bordercolor=LINE, lightcolor=ground, darkcolor=ground)
    style.configure("TButton", padding=(12, 6), background=PAPER, relief="solid", borderwidth=1)
    style.map("TButton", background=[("disabled", ground), ("active", "#E8EEF4")])
    style.configure("Accent.TButton", background=ACCENT, foreground=PAPER)
    style.map(
        "Accent.TButton",
        background=[("disabled", "#A9B8C6"), ("pressed", ACCENT_PRESSED), ("active", ACCENT_PRESSED)],
        foreground=[("disabled", "#F0F3F6")],
    )
    style.configure("Treeview", background=PAPER, fieldbackground=PAPER, borderwidth=0)
    style.map("Treeview", background=[("selected", "#DCE6F1")], foreground=[("selected", "#1A2733")])
    style.configure("Treeview.Heading", background="#E8EEF4", relief="flat", padding=(6, 4))
    style.configure("TNotebook", background=ground, borderwidth=0)
    style.configure("TNotebook.Tab", padding=(14, 5), background=ground)
    style.map("TNotebook.Tab", background=[("selected", PAPER)], padding=[("selected", (14, 5))], expand=[])
    bar = "Horizontal.TProgressbar"
    style.configure(bar, background=ACCENT, troughcolor="#E3E8ED", borderwidth=0, thickness=5, bordercolor=ground)
    style.configure("Vertical.TScrollbar", background="#DDE3E9", troughcolor=ground, borderwidth=0, gripcount=0)
