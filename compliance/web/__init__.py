"""The base page, the htmx helpers and idempotent requests."""
