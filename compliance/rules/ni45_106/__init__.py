"""Form 45-106F1 (Annexe 45-106A1): the report of exempt distribution, its codes and its fees.

``codes`` reads the lists that the form chooses from, ``fees`` what each jurisdiction asks, and
``report`` does the arithmetic: who is reported where, for how much, and whether it adds up.
"""
