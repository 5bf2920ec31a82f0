"""Writes. One function per act, keyword-only, with the actor and the instant passed in.

Every act has the same shape: one transaction that locks the offering, asks who may act, asks what
the state allows, asks the rules, makes the transition, writes, and leaves its audit entry with the
findings and the facts that were judged. A refusal raises ``equity.refusal.Refused``, changes
nothing, and carries every finding that was judged.
"""
