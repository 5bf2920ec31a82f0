"""Two database roles: the owner of the tables, who migrates, and the runtime role, who cannot.

`roles` says who is who and lends the owner's connection, `catalogue` which tables only grow,
`grants` gives the runtime role what it needs, `checks` finds out whether all this holds.
"""
