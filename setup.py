"""The packages of the wheel: those that are found, and the built workbooks from where a person opens them."""

from setuptools import find_namespace_packages, setup

setup(packages=[*find_namespace_packages(include=["kpi_xl*"]), "kpi_xl.workbooks"])
