"""Pieces of the tests under load: lives that end early, servers that crash, an observer, people."""
