"""What must reach the outside once: e-mails in the database, and readers of the audit trail."""
