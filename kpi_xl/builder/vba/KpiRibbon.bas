Attribute VB_Name = "KpiRibbon"
Option Explicit
' Doorbells: each button rings one, and Python answers (kpi_xl.faces.ribbon).

{bells}
Private Sub KpiRing(ByVal command As String)
    ' Without a workbook there is nothing for Python to be called from.
    If ActiveWorkbook Is Nothing Then Workbooks.Add
    RunPython "import kpi_xl.faces.ribbon; kpi_xl.faces.ribbon.ring('" & command & "')"
End Sub
