"""Persons, their identity and residence, the advice they received and their consent."""
