"""Facts in, paper out: every document the portal writes, with its digest."""
