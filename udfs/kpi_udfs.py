"""What Excel imports for its cells: the worksheet functions of kpi_xl, one name each."""

from kpi_xl.faces.udf import udfs

globals().update(udfs())
