"""The ORM where it must be fast: queries compiled once, and rows of several models written at once.

For the few acts that many people do at the same moment. What is asked and what is written is said
in models and querysets, as everywhere; only the turning of it into SQL is done once per process,
and PostgreSQL plans it once per connection. Everything else uses the ORM as it is.
"""
