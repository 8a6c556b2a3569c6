"""A workbook that is open in LibreOffice: the port over UNO."""
