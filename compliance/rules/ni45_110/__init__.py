"""NI 45-110 (Règlement 45-110 in Quebec): start-up crowdfunding, in force from 2021-09-21.

One file per subject, in the order of the instrument: ``group`` and ``security`` (s. 1),
``portal`` (ss. 3 and 4), ``issuer``, ``offering``, ``document``, ``purchaser`` (s. 5), then the
questions that put the rules together: ``filing``, ``subscription``, ``amendment``, ``closing``,
and what follows from them: ``withdrawal`` and ``duties``.
"""
