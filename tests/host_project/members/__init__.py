"""The host's own members."""
