"""A Django database engine that brings its own PostgreSQL.

`base` is the engine, `server` one server and who uses it, `binaries` where its programs come from.
"""
