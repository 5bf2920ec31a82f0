"""A host project: somebody else's site, into which the module is installed."""
