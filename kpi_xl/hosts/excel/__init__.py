"""A workbook that is open in Excel: the port over xlwings."""
