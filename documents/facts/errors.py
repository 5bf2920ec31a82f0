"""The one error of the facts."""


class FactsError(ValueError):
    """The facts of a document are wrong, missing or unknown; the message names the field by its
    path."""
