"""A worker that one document kills, as a fault in a library below would."""

import os
from multiprocessing.connection import Connection
from typing import Any

from documents import services
from documents.models import Document
from documents.render import Rendered
from documents.worker import serve

DEADLY = "deadly"
"""The reference of a document that ends the process which renders it."""


def serve_until_deadly(pipe: Connection, database: dict[str, Any]) -> None:
    """Serve as a worker does, until that document comes."""
    rendered = services._rendered

    def render_or_die(document: Document) -> Rendered:
        if document.facts["reference"] == DEADLY:
            os._exit(9)
        return rendered(document)

    services._rendered = render_or_die
    serve(pipe, database)
