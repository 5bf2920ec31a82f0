"""Forms of the issuer's pages: one validation, in words, at the field; nothing is stored by them.

They speak plain values (amounts as Decimal, texts by language) and never touch the database.
"""
