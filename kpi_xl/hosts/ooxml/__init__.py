"""The parts of a workbook file: read in place, and written so that whatever is not ours keeps its bytes."""
