"""What keeps a document from being made, beside its facts."""


class RenderError(RuntimeError):
    """A document could not be made as its template wants it; the message says why."""
