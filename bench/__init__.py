"""What is measured, against what; `python -m bench` runs all of it and prints ratios within one run."""
