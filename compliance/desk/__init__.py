"""The officers' pages, filings and reports."""
