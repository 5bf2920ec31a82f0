"""The rules, pure: no Django, no clock, no I/O beyond reading the data packaged beside the code."""
