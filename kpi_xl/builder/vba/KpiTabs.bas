Attribute VB_Name = "KpiTabs"
Option Explicit
' The add-in has a tab for each language; Office's own language says which one shows.

Public Sub KpiShowZh(control As IRibbonControl, ByRef isVisible)
    isVisible = KpiIsChinese()
End Sub

Public Sub KpiShowEn(control As IRibbonControl, ByRef isVisible)
    isVisible = Not KpiIsChinese()
End Sub

Private Function KpiIsChinese() As Boolean
    ' 2 is msoLanguageIDUI; the low ten bits name the language, whatever the country, and 4 is Chinese.
    On Error GoTo ByCountry
    KpiIsChinese = ((Application.LanguageSettings.LanguageID(2) And 1023) = 4)
    Exit Function
ByCountry:
    KpiIsChinese = (Application.International(1) = 86)
End Function
