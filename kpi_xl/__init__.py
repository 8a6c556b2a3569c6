"""Performance appraisal for e-commerce operations, in workbooks whose every number is a live formula."""
