"""The buttons from outside Excel, for companies whose policy forbids Office to start programs."""

from __future__ import annotations

from kpi_xl.labels import Lang


def live(command: str, book: str | None, lang: Lang | None) -> int:
    """Do what a button does to a book that is open in a running Excel, and print what came of it.

    Parameters
    ----------
    command : str
        Key of the button, see book/ribbon.py.
    book : str, optional
        Path or file name; when absent the active book, or the only appraisal book that is open.
    lang : "zh" or "en", optional
        The reader's language; that of the book when absent.

    Returns
    -------
    int
        0 no error, 1 errors found, 3 the command could not be run.

    Raises
    ------
    WorkbookError
        ``E-EXCEL-NONE``, ``E-EXCEL-BOOK``, ``E-EXCEL-MANY``, ``E-XLWINGS-MISSING``, ``E-XLWINGS-VERSION``.
    """
    from kpi_xl.faces.answering import answered
    from kpi_xl.hosts.excel.books import running_book

    answer = answered(command, running_book(book), lang)
    print(f"{answer.title}\n{answer.text}")
    return 3 if answer.receipt is None else answer.receipt.exit_code
