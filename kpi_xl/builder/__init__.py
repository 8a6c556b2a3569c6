"""New workbooks from text."""
