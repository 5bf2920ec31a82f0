"""The compliance side of the house: the law below everything, the desk above everything."""

VERSION = "0.1.0"
"""The version of the program, as `pyproject.toml` has it: evidence names what wrote it."""
