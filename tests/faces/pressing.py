"""Opens the window on a book and says where its buttons are, so that a test can click them with a real mouse."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kpi_xl.faces.window import opened
from kpi_xl.labels import Lang


def middles(lang: Lang, book: Path) -> None:
    window = opened(lang)
    window.choose(book)
    window.root.update()
    places = {
        key: [button.winfo_rootx() + button.winfo_width() // 2, button.winfo_rooty() + button.winfo_height() // 2]
        for key, button in window.buttons.items()
    }
    print(json.dumps({"title": window.root.title(), "buttons": places}), flush=True)
    window.root.mainloop()


if __name__ == "__main__":
    middles(sys.argv[1], Path(sys.argv[2]))  # type: ignore[arg-type]
