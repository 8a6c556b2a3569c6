"""People in an appraisal: when they were there, what roles they had, and how totals of others bear on theirs."""
