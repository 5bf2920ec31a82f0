"""The pages of this floor. An investor and an issuer see other faces of the same rows, so they have
modules of their own: ``investor*`` and ``issuer*``."""
