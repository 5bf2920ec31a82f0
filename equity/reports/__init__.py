"""The report of exempt distribution (Form 45-106F1), its confidential schedules, and the folder of
what is filed where.

``asked`` is what the form asks and no other page has; ``gathering`` reads a closed distribution;
``drafting`` makes the facts of the document and ``papers`` issues it; ``schedules`` has the rows of
the two schedules, ``sheets`` their spreadsheets; ``folder`` is what goes to each regulator. Acts
are in ``equity.services.reports``.
"""
