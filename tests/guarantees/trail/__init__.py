"""Pieces of the tests of the trail: vectors, exports and their damages, strangers, tampering."""
