"""Issuers, groups, offerings, subscriptions, closings, holdings and the trust ledger."""
