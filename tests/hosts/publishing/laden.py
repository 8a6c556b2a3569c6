"""A scored book laden with everything that must not travel, put into its package part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
RELATIONS = f"{OFFICE}/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
PERSON, COMPANY, MACHINE = "Zhang Wei 4711", "Secret Holdings", "C:\\Users\\zhangwei"

USER_SHEET = f"""<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:xr="{MICROSOFT}/spreadsheetml/2014/revision" mc:Ignorable="xr" xr:uid="{{11111111-2222-3333-4444-555555555555}}">
<sheetPr codeName="Sheet99"/><cols><col min="2" max="3" width="12" hidden="1"/><col min="5" max="5" width="0"/></cols><sheetData>
<row r="1"><c r="A1"><f>KPI_SCORE("RATIO",1,2)</f><v>50</v></c><c r="B1" t="str"><f>_xll.KPI_WHY(A1)</f><v>because</v></c></row>
<row r="2"><c r="A2" cm="1"><f t="array" ref="A2:B3">KPI_AHP(D1:F3)</f><v>0.5</v></c><c r="B2"><v>0.25</v></c></row>
<row r="3" hidden="1"><c r="A3"><v>0.5</v></c><c r="B3"><v>0.25</v></c></row>
<row r="4"><c r="A4"><f t="shared" ref="A4:A6" si="0">KPI_PARSE_NUM(B4)</f><v>1</v></c><c r="B4"><f>SUM(A1,1)</f><v>51</v></c></row>
<row r="5"><c r="A5"><f t="shared" si="0"/><v>2</v></c><c r="B5"><f>[1]Prices!$A$1*2</f><v>14</v></c></row>
<row r="6"><c r="A6"><f t="shared" si="0"/><v>3</v></c><c r="B6"><f>rate*2</f><v>8</v></c></row>
<row r="7" ht="0" customHeight="1"><c r="A7"><f t="shared" ref="A7:A8" si="1">B4*2</f><v>102</v></c><c r="B7" t="e"><f>KPI_GONE()</f><v>#NAME?</v></c></row>
<row r="8"><c r="A8"><f t="shared" si="1"/><v>28</v></c><c r="B8" t="b"><f>'kpi_xl.conf'!A1=1</f><v>1</v></c></row>
</sheetData><sheetProtection password="ABCD" sheet="1"/><autoFilter ref="A1:B8"><filterColumn colId="0"><filters><filter val="50"/></filters></filterColumn></autoFilter>
<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>KPI_SCORE("RATIO",A1,2)&gt;1</formula></cfRule></conditionalFormatting>
<conditionalFormatting sqref="A2"><cfRule type="expression" priority="2"><formula>A2&gt;1</formula></cfRule></conditionalFormatting>
<dataValidations count="1"><dataValidation type="custom" sqref="A9"><formula1>KPI_OK(A9)</formula1></dataValidation></dataValidations>
<hyperlinks><hyperlink ref="A1" r:id="rId8"/><hyperlink ref="A2" r:id="rId9"/></hyperlinks>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup orientation="portrait" r:id="rId1"/>
<drawing r:id="rId2"/><legacyDrawing r:id="rId3"/>
<mc:AlternateContent><mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1025" r:id="rId4" name="Button 1"/></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>
</worksheet>"""  # fmt: skip
CONFIGURATION = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
DRAWING = """<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<xdr:twoCellAnchor><xdr:from/><xdr:to/><xdr:sp macro="[0]!KpiScore" textlink=""><xdr:txBody><a:p><a:r><a:t>Recalculate</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>
<xdr:twoCellAnchor><xdr:from/><xdr:to/><xdr:sp macro="" textlink=""><xdr:txBody><a:p><a:r><a:t>A note that stays</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>
</xdr:wsDr>"""  # fmt: skip
VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape id="_x0000_s1025"><v:imagedata o:relid="rId1"/><v:textbox><font>Go<br></font></v:textbox><x:ClientData ObjectType="Button"><x:FmlaMacro>[0]!KpiScore</x:FmlaMacro></x:ClientData></v:shape>
<v:shape id="_x0000_s1026"><x:ClientData ObjectType="Note"><x:Row>0</x:Row></x:ClientData></v:shape></xml>"""  # fmt: skip
COMMENTS = f"""<comments xmlns="{MAIN}"><authors><author>{PERSON}</author></authors><commentList>
<comment ref="A1" authorId="0"><text><r><t>{PERSON}:</t></r><r><t xml:space="preserve">
why is this 50?</t></r></text></comment></commentList></comments>"""
WORKBOOK_HEAD = f"""<fileSharing userName="{PERSON}" readOnlyRecommended="1"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15"><x15ac:absPath url="{MACHINE}\\" xmlns:x15ac="{MICROSOFT}/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>
<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{{ABCDEF01-0000-0000-0000-000000000000}}" xmlns:xr="{MICROSOFT}/spreadsheetml/2014/revision"/>"""  # fmt: skip
NAMES = (
    '<definedName name="rate">[1]Prices!$A$1</definedName><definedName name="twice">rate*2</definedName>'
    '<definedName name="KpiScore" hidden="1" function="1" xlm="1">0</definedName><definedName name="plain" hidden="1">1</definedName>'
    '<definedName name="conf">\'kpi_xl.conf\'!$A$1</definedName>'
)  # fmt: skip
EXTRA_RELATIONS = "".join(
    f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>'
    for id_, kind, target in (
        ("rId901", f"{RELATIONS}/worksheet", "worksheets/user.xml"),
        ("rId902", f"{RELATIONS}/worksheet", "worksheets/conf.xml"),
        ("rId903", f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
        ("rId904", f"{RELATIONS}/externalLink", "externalLinks/externalLink1.xml"),
        ("rId905", f"{RELATIONS}/connections", "connections.xml"),
        ("rId906", f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml"),
        ("rId907", f"{RELATIONS}/customXml", "../customXml/item1.xml"),
    )
)
SHEET_RELATIONS = "".join(
    f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"{mode}/>'
    for id_, kind, target, mode in (
        ("rId1", f"{RELATIONS}/printerSettings", "../printerSettings/printerSettings1.bin", ""),
        ("rId2", f"{RELATIONS}/drawing", "../drawings/drawing99.xml", ""),
        ("rId3", f"{RELATIONS}/vmlDrawing", "../drawings/vmlDrawing99.vml", ""),
        ("rId4", f"{RELATIONS}/ctrlProp", "../ctrlProps/ctrlProp1.xml", ""),
        ("rId5", f"{RELATIONS}/comments", "../comments99.xml", ""),
        ("rId6", f"{MICROSOFT}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml", ""),
        ("rId8", f"{RELATIONS}/hyperlink", "https://example.com/policy", ' TargetMode="External"'),
        ("rId9", f"{RELATIONS}/hyperlink", "file:///" + MACHINE + "\\x.xlsx", ' TargetMode="External"'),
    )
)
ROOT_RELATIONS = "".join(
    f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
    for number, kind, target in (
        (801, f"{MICROSOFT}/2006/relationships/ui/extensibility", "customUI/customUI.xml"),
        (802, f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
        (803, f"{RELATIONS}/custom-properties", "docProps/custom.xml"),
    )
)
TYPES = {
    "xl/worksheets/user.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "xl/worksheets/conf.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
    "xl/comments99.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    "xl/drawings/drawing99.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "xl/drawings/vmlDrawing99.vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
}


def laden(source: Path, target: Path, sheet: str = USER_SHEET) -> Path:
    """A copy of a book as .xlsm with macros, links, names of people and a hidden sheet of foreign formulas."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{SHEET_RELATIONS}</Relationships>'
    parts |= {
        name: text.encode()
        for name, text in {
            "xl/worksheets/user.xml": sheet,
            "xl/worksheets/_rels/user.xml.rels": rels,
            "xl/worksheets/conf.xml": CONFIGURATION,
            "xl/vbaProject.bin": "Attribute VB_Name",
            "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>',
            "xl/connections.xml": f'<connections xmlns="{MAIN}"/>',
            "xl/persons/person.xml": f"<personList><person displayName='{PERSON}'/></personList>",
            "customXml/item1.xml": f"<who>{PERSON}</who>",
            "xl/printerSettings/printerSettings1.bin": MACHINE,
            "xl/drawings/drawing99.xml": DRAWING,
            "xl/drawings/vmlDrawing99.vml": VML,
            "xl/ctrlProps/ctrlProp1.xml": "<formControlPr/>",
            "xl/comments99.xml": COMMENTS,
            "xl/threadedComments/threadedComment1.xml": f"<ThreadedComments>{PERSON}</ThreadedComments>",
            "customUI/customUI.xml": "<customUI/>",
            "customUI/customUI14.xml": "<customUI/>",
            "docProps/custom.xml": f"<Properties><property name='Owner'>{PERSON}</property></Properties>",
            "docProps/core.xml": CORE,
            "docProps/app.xml": APP,
        }.items()
    }
    parts["_rels/.rels"] = _with(parts["_rels/.rels"], {"</Relationships>": ROOT_RELATIONS + "</Relationships>"})
    parts["xl/_rels/workbook.xml.rels"] = _with(
        parts["xl/_rels/workbook.xml.rels"], {"</Relationships>": EXTRA_RELATIONS + "</Relationships>"}
    )
    parts["xl/workbook.xml"] = _with(
        parts["xl/workbook.xml"],
        {
            "<workbookPr": WORKBOOK_HEAD + '<workbookPr codeName="ThisWorkbook"',
            "<sheets>": '<sheets><sheet name="kpi_xl.conf" sheetId="902" state="veryHidden" r:id="rId902"/>',
            "</sheets>": '<sheet name="草稿" sheetId="901" state="hidden" r:id="rId901"/></sheets>'
            '<externalReferences><externalReference r:id="rId904"/></externalReferences>',
            "</definedNames>": NAMES + "</definedNames>",
            **{f'localSheetId="{n}"': f'localSheetId="{n + 1}"' for n in range(30, -1, -1)},
        },
    )
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in TYPES.items())
    parts["[Content_Types].xml"] = _with(
        parts["[Content_Types].xml"],
        {"</Types>": types + "</Types>"},
    ).replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


CORE = f"""<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Appraisal</dc:title><dc:creator>{PERSON}</dc:creator><cp:lastModifiedBy>{PERSON}</cp:lastModifiedBy></cp:coreProperties>"""  # fmt: skip
APP = f"""<Properties xmlns="{OFFICE}/extended-properties"><Application>Microsoft Excel</Application><Manager>{PERSON}</Manager>
<Company>{COMPANY}</Company><HyperlinkBase>{MACHINE}</HyperlinkBase><AppVersion>16.0300</AppVersion></Properties>"""


def _with(part: bytes, changes: Mapping[str, str]) -> bytes:
    text = part.decode()
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode()
