"""Where this installation keeps what it makes: its database, its keys, its static files."""

import hashlib
import os
from pathlib import Path

from compliance.config.env import env_text

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent


def data_directory() -> Path:
    """The directory for this installation's own data, not created here.

    COMPLIANCE_DATA_DIR where it is set; `.data` beside the code for an ordinary user. For root it
    is under /var/lib: PostgreSQL refuses to run as root, and the ordinary user who runs it then
    could not reach a directory under root's home. The path's digest keeps two clones apart.
    """
    chosen = env_text("COMPLIANCE_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if os.geteuid() != 0:
        return PROJECT_ROOT / ".data"
    digest = hashlib.sha256(os.fsencode(PROJECT_ROOT)).hexdigest()[:12]
    return Path("/var/lib/equity-compliance") / digest
