"""What happened: append-only entries and the proof that none is missing."""
