"""Every button of the built files: allowed by the format, answered in VBA, and heard as the command it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from kpi_xl.book.ribbon import BUTTONS
from kpi_xl.builder.customui import NAMESPACES, with_relations
from kpi_xl.builder.macros import SHEET_MACRO
from kpi_xl.labels import LANGS, Lang, label
from tests.workbooks.built import OWN, WITH_MACROS, parts, put, vba

ALLOWED = {
    "customUI": set(),
    "ribbon": set(),
    "tabs": set(),
    "tab": {"id", "label", "insertAfterMso", "getVisible"},
    "group": {"id", "label"},
    "button": {"id", "label", "size", "imageMso", "screentip", "supertip", "onAction"},
}
"""Elements and the attributes we use of those that [MS-CUSTOMUI] 2.2 and [MS-CUSTOMUI2] 2.2 both give them."""
INSIDE = {"customUI": "ribbon", "ribbon": "tabs", "tabs": "tab", "tab": "group", "group": "button"}
PICTURES = set(
    """AcceptInvitation AddressBook AutoSum Calculator CalculateNow CalculateSheet CircularReferences CompareAndCombine
    CopyToPersonalContacts DataValidation FileNew FileOpen FilePrint FilePrintPreview FilePrintQuick FileSave FileSaveAs
    FileSendAsAttachment Folder FunctionWizard Help Info Lock MailMergeAutoCheckForErrors PropertySheet Refresh RefreshAll
    ReviewAcceptChange ReviewProtectWorkbook SheetProtect TableTestValidationRules TechnicalSupport TraceDependents
    TraceError TracePrecedents""".split()
)
"""Of the imageMso table of [MS-CUSTOMUI] section 3, those that could ever stand on a button of ours."""
RELATIONS = {
    "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility": "customUI/customUI14.xml",
    "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility": "customUI/customUI.xml",
}
SUB = re.compile(r"^Public Sub (\w+)\((.*)\)", re.MULTILINE)
STUB = """\
Public Rung As String
Public Function RunPython(PythonCommand As String)
    Rung = Rung & PythonCommand & "|"
End Function
"""
RING = "import kpi_xl.faces.ribbon; kpi_xl.faces.ribbon.ring('{}')"


def langs_of(name: str) -> tuple[Lang, ...]:
    return LANGS if name.endswith(".xlam") else tuple(lang for lang in LANGS if f".{lang}." in name)


def ribbon(name: str, part: str = "customUI/customUI14.xml") -> Element:
    return fromstring(parts(name)[part])


def controls(root: Element, tag: str) -> list[Element]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == tag]


def subs(name: str) -> Mapping[str, str]:
    """Parameters of every public Sub of our own modules, by name."""
    return {sub: given for module in OWN if module in vba(name) for sub, given in SUB.findall(vba(name)[module])}


@pytest.mark.parametrize("part", NAMESPACES)
@pytest.mark.parametrize("name", WITH_MACROS)
def test_only_elements_and_attributes_of_the_format_are_used(name: str, part: str) -> None:
    root = ribbon(name, part)
    seen: list[str] = []
    for element in root.iter():
        namespace, tag = element.tag[1:].split("}")
        assert namespace == NAMESPACES[part]
        assert set(element.attrib) <= ALLOWED[tag]
        assert {child.tag.rpartition("}")[2] for child in element} <= {INSIDE.get(tag, "")}
        seen += [element.get("id", "")] if "id" in ALLOWED[tag] else []
    assert len(seen) == len(set(seen))
    assert all(re.fullmatch(r"[A-Za-z_]\w*", each) for each in seen)
    assert {button.get("size") for button in controls(root, "button")} == {"normal", "large"}


@pytest.mark.parametrize("name", WITH_MACROS)
def test_both_versions_say_the_same(name: str) -> None:
    new, old = (parts(name)[part].decode().replace(namespace, "") for part, namespace in NAMESPACES.items())
    assert new == old


@pytest.mark.parametrize("name", WITH_MACROS)
def test_the_package_points_to_both_versions(name: str) -> None:
    relations = fromstring(parts(name)["_rels/.rels"])
    found = {item.get("Type"): item.get("Target") for item in relations if "extensibility" in item.get("Type", "")}
    assert found == RELATIONS
    assert len({item.get("Id") for item in relations}) == len(relations)


@pytest.mark.parametrize("name", WITH_MACROS)
def test_words_are_those_of_the_language_and_fit(name: str) -> None:
    tabs = controls(ribbon(name), "tab")
    assert [tab.get("label") for tab in tabs] == [label("ribbon", "tab", lang) for lang in langs_of(name)]
    for tab, lang in zip(tabs, langs_of(name), strict=True):
        for button, row in zip(controls(tab, "button"), BUTTONS, strict=True):
            assert button.get("label") == label("ribbon", f"button.{row.key}", lang)
            assert button.get("screentip") == label("ribbon", f"tip.{row.key}", lang)
            assert button.get("supertip") == label("ribbon", f"more.{row.key}", lang)
    longest = {key: max(len(button.get(key, "")) for button in controls(ribbon(name), "button"))
               for key in ("label", "screentip", "supertip")}  # fmt: skip
    assert max(longest.values()) <= 1024, "the most that the format takes"


def test_pictures_are_those_that_office_has() -> None:
    assert {button.icon for button in BUTTONS} <= PICTURES


@pytest.mark.parametrize("name", WITH_MACROS)
def test_every_callback_is_there_and_every_bell_has_its_button(name: str) -> None:
    buttons = {button.get("onAction", "") for button in controls(ribbon(name), "button")}
    tabs = {tab.get("getVisible", "") for tab in controls(ribbon(name), "tab")} - {""}
    sheet = set(in_sheet(name))
    assert set(subs(name)) == buttons | tabs | sheet
    assert {subs(name)[bell] for bell in buttons} == {"control As IRibbonControl"}
    assert {subs(name)[bell] for bell in tabs} <= {"control As IRibbonControl, ByRef isVisible"}
    assert {subs(name)[bell] for bell in sheet} <= {""}
    assert buttons == {button.bell for button in BUTTONS}


def in_sheet(name: str) -> list[str]:
    """Macros that buttons in cells of the file call."""
    drawings = (content for part, content in parts(name).items() if part.endswith(".vml"))
    return [macro for drawing in drawings for macro in re.findall(r"FmlaMacro>\[0\]!(\w+)<", drawing.decode())]


@pytest.mark.parametrize("lang", LANGS)
def test_the_home_sheet_has_one_button_in_its_language(lang: Lang) -> None:
    name = f"kpi_template.{lang}.xlsm"
    assert in_sheet(name) == [SHEET_MACRO]
    (drawing,) = (content for part, content in parts(name).items() if part.endswith(".vml"))
    assert label("ribbon", "button.score", lang) in drawing.decode()
    assert b"legacyDrawing" in parts(name)["xl/worksheets/sheet1.xml"]


def test_no_two_buttons_have_the_same_bell() -> None:
    names = [button.bell.casefold() for button in BUTTONS]
    assert len(names) == len(set(names))
    assert not {name for name in names if re.fullmatch(r"[a-z]{1,3}\d+", name)}, "VBA would take it for a cell"


@pytest.mark.parametrize("name", WITH_MACROS)
def test_pressing_each_button_asks_python_for_its_command(name: str, tmp_path: Path) -> None:
    from pyopenvba.interpreter import NOTHING

    for button in controls(ribbon(name), "button"):
        app = office(name, put(tmp_path, name))
        app.run(button.get("onAction"), NOTHING)
        key = button.get("id", "").split("_", 2)[2]
        assert app.evaluate("Rung") == RING.format(key) + "|"


@pytest.mark.parametrize("lang", LANGS)
def test_the_button_in_the_sheet_scores(lang: Lang, tmp_path: Path) -> None:
    name = f"kpi_template.{lang}.xlsm"
    app = office(name, put(tmp_path, name))
    app.run(*in_sheet(name))
    assert app.evaluate("Rung") == RING.format("score") + "|"


def test_the_addin_has_a_book_to_ring_from_even_when_none_is_open() -> None:
    from pyopenvba.interpreter import NOTHING

    app = office("kpi_xl.xlam", None)
    assert app.workbooks() == []
    app.run("KpiNew", NOTHING)
    assert len(app.workbooks()) == 1
    assert app.evaluate("Rung") == RING.format("new") + "|"


def office(name: str, path: Path | None):  # type: ignore[no-untyped-def]
    """Excel as pyOpenVBA imitates it, with our modules of the built file and a RunPython that only listens."""
    from pyopenvba.apps.excel import ExcelApplication

    app = ExcelApplication.open(path, with_vba=False) if path else ExcelApplication()
    for module in OWN:
        if module in vba(name):
            app.add_module(vba(name)[module], name=module)
    app.add_module(STUB, name="xlwings")
    return app


@pytest.mark.parametrize(
    ("language", "country", "shown"),
    [
        (2052, 86, "zh"),   # Chinese, mainland
        (1028, 886, "zh"),  # Chinese, Taiwan
        (3076, 852, "zh"),  # Chinese, Hong Kong
        (1033, 86, "en"),   # English on a Chinese Windows: Office's language counts
        (1041, 81, "en"),   # Japanese
        (None, 86, "zh"),   # an Office that does not tell its language
        (None, 1, "en"),
    ],
)
def test_one_tab_shows_in_the_language_of_office(language: int | None, country: int, shown: str) -> None:
    assert [lang for lang, seen in visible(language, country) if seen] == [shown]


def visible(language: int | None, country: int) -> Iterator[tuple[str, bool]]:
    from pyopenvba.exceptions import VBARuntimeError
    from pyopenvba.interpreter import Interpreter, VBAObject, member
    from pyopenvba.interpreter._runtime import UNRESOLVED, HostBridge

    class Settings(VBAObject):
        @member
        def LanguageID(self, which: object) -> int:
            assert int(str(which)) == 2
            if language is None:
                raise VBARuntimeError(438, "the object has no such property")
            return language

    class Application(VBAObject):
        @member
        def LanguageSettings(self) -> VBAObject:
            return Settings()

        @member
        def International(self, which: object) -> int:
            assert int(str(which)) == 1
            return country

    class Bridge(HostBridge):
        def global_object(self, name: str) -> object:
            return Application() if name == "application" else UNRESOLVED

    interpreter = Interpreter(Bridge())
    interpreter.add_module(vba("kpi_xl.xlam")["KpiTabs"], name="KpiTabs")
    for lang, tab in zip(LANGS, controls(ribbon("kpi_xl.xlam"), "tab"), strict=True):
        ask = f"Function Ask{lang}()\nDim seen\n{tab.get('getVisible')} Nothing, seen\nAsk{lang} = seen\nEnd Function\n"
        interpreter.add_module(ask, name=f"Asking{lang}")
        yield lang, bool(interpreter.run(f"Ask{lang}", []))


@pytest.mark.parametrize("empty", [b'<Relationships xmlns="x"/>', b'<Relationships xmlns="x"></Relationships>'])
def test_relations_are_added_to_a_package_without_any(empty: bytes) -> None:
    root = fromstring(with_relations(empty, list(NAMESPACES)))
    assert {item.get("Type"): item.get("Target") for item in root} == RELATIONS


def test_relations_of_others_keep_their_bytes_whatever_their_prefix() -> None:
    before = (
        b'<?xml version="1.0"?><p:Relationships xmlns:p="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"<p:Relationship Id='a' Type='t' Target='x'></p:Relationship>"
        b'<p:Relationship Id="b" Target="gone.xml" '
        b'Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"/></p:Relationships>'
    )
    after = with_relations(before, ["customUI/customUI14.xml"])
    assert b"<p:Relationship Id='a' Type='t' Target='x'></p:Relationship>" in after
    assert [(item.get("Id"), item.get("Target")) for item in fromstring(after)] == [
        ("a", "x"),
        ("kpicustomUI14", "customUI/customUI14.xml"),
    ]
