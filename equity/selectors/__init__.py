"""Reads: what the services, the pages and the runner ask of the data. Nothing here writes."""
