"""The portal's e-mails: one table of what is told to whom, and the words as data.

They are found, not sent by the acts: every act leaves an audit entry in its own transaction, and a
sweep looks for entries that nobody has been told of yet (``compliance.outbox.listening``). So no
service knows of mail, an act that is rolled back is never told, and a sweep that dies leaves the
entry for the next one. Reminders, which no act causes, are written with their ``Notice``.
"""
