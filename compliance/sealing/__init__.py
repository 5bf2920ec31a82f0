"""Cellar: sealing, blind indexes, canonical bytes and Merkle trees.

Pure functions over bytes: no Django, no clock, no settings. The vault (`compliance.vault`) puts
them behind model fields; the audit trail (`compliance.audit`) puts them behind its entries.
"""
