"""Scenario files: reading them and playing them through the services."""
