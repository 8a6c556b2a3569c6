"""The machine a person sits at: what is installed where, what is missing, and what was put there by us."""
