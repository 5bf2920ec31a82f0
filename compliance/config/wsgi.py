"""The WSGI application that gunicorn serves, where the database is one that the code knows."""

import logging
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.db import connection

from compliance.audit.guard.fitness import AwayError, UnfitError, require_fit

# What gunicorn takes as a reason to stop, where any other number makes it start the worker anew.
_CANNOT_LOAD = 4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.config.settings")
application = get_wsgi_application()


def _begin() -> None:
    """Refuse a database that does not fit; serve (a page that says so) while it is away."""
    try:
        require_fit()
    except AwayError as error:
        logging.getLogger(__name__).warning("%s Pages say so until it is back.", error)
    except UnfitError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_CANNOT_LOAD)
    finally:
        # Workers that are forked later must not share it.
        connection.close()


_begin()
