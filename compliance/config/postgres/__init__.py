"""A Django database engine that brings its own PostgreSQL.

`base` is the engine, `server` one server and who uses it, `roles` its database roles, `binaries`
where its programs come from.
"""
