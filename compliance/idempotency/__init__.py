"""Acts that may be asked for again: one key, one effect, one answer."""
