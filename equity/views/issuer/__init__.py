"""Pages of the issuer: who it is, what it prepares, what is open, and what it owes afterwards."""
