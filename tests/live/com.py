"""The few words of Excel's object model on Windows that the host says past xlwings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

ALLOWS = {
    "AllowFormattingCells": "formatCells", "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows", "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows", "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns", "AllowDeletingRows": "deleteRows", "AllowSorting": "sort",
    "AllowFiltering": "autoFilter", "AllowUsingPivotTables": "pivotTables",
}  # fmt: skip
"""Excel says what is allowed, the file what is forbidden."""
CHINESE = 2052


def ERROR(number: int) -> int:
    """COM hands an error over as a number."""
    return number


def app(owner: Any) -> Any:
    return AppWords(owner)


class AppWords:
    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self.AutoCorrect = SimpleNamespace(AutoFillFormulasInLists=True, AutoExpandListRange=True)
        self.LanguageSettings = SimpleNamespace(LanguageID=lambda _: CHINESE)
        self.addins: dict[str, Any] = {}
        self.wizard: dict[tuple[str, str], list[str]] = {}

    def Workbooks(self, name: str) -> Any:
        from tests.live.engine import Refusal

        found = {**{book.name: book.api for book in self._owner.books}, **self.addins}
        if name not in found:
            raise Refusal("subscript out of range")
        return found[name]

    def MacroOptions(self, **said: Any) -> None:
        from tests.live.engine import Refusal

        quoted, _, name = said["Macro"].rpartition("!")
        book = quoted[1:-1].replace("''", "'")
        if not book.endswith((".xlsm", ".xlam")):
            raise Refusal(f"no macro {name}")
        self.wizard[book, name] = [said["Category"], said["Description"], *said["ArgumentDescriptions"]]
        self.Workbooks(book).Saved = False


def book(owner: Any) -> Any:
    return BookWords(owner)


class BookWords:
    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self.Saved = True

    @property
    def FullName(self) -> str:
        return str(self._owner.fullname)

    @property
    def Styles(self) -> list[Any]:
        return [SimpleNamespace(Name=name, NumberFormat=code) for name, code in number_formats(self._owner).items()]

    def SaveCopyAs(self, place: str) -> None:
        self._owner.save_copy(place)


def sheet(owner: Any) -> Any:
    return SheetWords(owner.xl)


class SheetWords:
    def __init__(self, xl: Any) -> None:
        self._xl = xl

    @property
    def ProtectContents(self) -> bool:
        return bool(self._xl.protection.sheet)

    @property
    def ProtectDrawingObjects(self) -> bool:
        return bool(self._xl.protection.objects)

    @property
    def ProtectScenarios(self) -> bool:
        return bool(self._xl.protection.scenarios)

    @property
    def Protection(self) -> Any:
        return SimpleNamespace(**{name: not getattr(self._xl.protection, key) for name, key in ALLOWS.items()})

    @property
    def FilterMode(self) -> bool:
        return bool(self._xl.auto_filter.filterColumn)

    def ShowAllData(self) -> None:
        show_all(self._xl, None)

    def Unprotect(self, password: str) -> None:
        unprotect(self._xl, password)

    def Protect(self, **said: bool) -> None:
        objects, contents, scenarios = (said.pop(name) for name in ("DrawingObjects", "Contents", "Scenarios"))
        protect(self._xl, objects, contents, scenarios, {ALLOWS[name]: each for name, each in said.items()})


def cells(owner: Any) -> Any:
    return CellWords(owner)


class CellWords:
    def __init__(self, owner: Any) -> None:
        self.__dict__["_owner"] = owner

    @property
    def Value2(self) -> Any:
        rows = tuple(tuple(self._owner.held(cell) for cell in line) for line in self._owner.rows_of_cells)
        return rows[0][0] if self._owner.shape == (1, 1) else rows

    def __setattr__(self, name: str, value: str) -> None:
        assert name == "Style"
        set_style(self._owner, value)


def table(owner: Any) -> Any:
    return SimpleNamespace(AutoFilter=TableFilter(owner))


class TableFilter:
    def __init__(self, owner: Any) -> None:
        self._owner = owner

    @property
    def FilterMode(self) -> bool:
        return bool(self._owner.xl.autoFilter.filterColumn)

    def ShowAllData(self) -> None:
        self._owner.clear()


# What is done is the same in both languages.


def number_formats(owner: Any) -> dict[str, str]:
    return {style.name: style.number_format for style in owner.file._named_styles}


def is_filtered(xl: Any) -> bool:
    tables = [table.autoFilter for table in xl.tables.values() if table.autoFilter is not None]
    return any(each.filterColumn for each in [*tables, xl.auto_filter])


def show_all(xl: Any, table_xl: Any) -> None:
    """Rows come back when a filter goes."""
    (table_xl.autoFilter if table_xl is not None else xl.auto_filter).filterColumn = []
    for row in xl.row_dimensions.values():
        row.hidden = False


def unprotect(xl: Any, password: str) -> None:
    from tests.live.engine import Refusal

    if xl.protection.password and password != "open sesame":
        raise Refusal("the password is not correct")
    xl.protection.sheet = False


def protect(xl: Any, objects: bool, contents: bool, scenarios: bool, allowed: dict[str, bool]) -> None:
    xl.protection.sheet, xl.protection.objects, xl.protection.scenarios = contents, objects, scenarios
    for key, said in allowed.items():
        setattr(xl.protection, key, not said)


def set_style(owner: Any, name: str) -> None:
    from tests.live.engine import Refusal

    if name not in owner.sheet.book.file.named_styles:
        raise Refusal(f"no style {name}")
    for line in owner.rows_of_cells:
        for cell in line:
            cell.style = name
