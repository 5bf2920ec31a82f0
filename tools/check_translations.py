"""Fail when a French entry is missing, fuzzy, stale or badly spaced in any app's catalogue.

The source strings are extracted again in a temporary copy of each app and merged into a copy of its
catalogue; nothing in the project is written. An app whose strings are all translated passes, and so
does an app without strings.
"""

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "fr"
_SPACED = re.compile(r"[ \u00a0\u202f][;!?]|[^\u00a0]:(?= |$)|«[^\u00a0]|[^\u00a0]»")
"""Quebec writes no space before ; ! ? and a no-break one before : and inside « »."""
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"


def our_apps() -> list[Path]:
    """The directories of the installed apps that this project ships."""
    found = (Path(config.path).resolve() for config in apps.get_app_configs())
    shipped = [path for path in found if path.is_relative_to(ROOT)]
    aside = (ROOT / "tests", ROOT / ".venv")
    return [path for path in shipped if not any(path.is_relative_to(other) for other in aside)]


def extracted(app: Path, workplace: Path) -> Catalog | None:
    """The app's catalogue after extracting its strings again; None when it has none at all."""
    copy = workplace / app.relative_to(ROOT)
    shutil.copytree(app, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static"))
    (copy / "locale").mkdir(exist_ok=True)
    with contextlib.chdir(copy), contextlib.redirect_stdout(io.StringIO()):
        call_command("makemessages", locale=[LANGUAGE], no_obsolete=True, verbosity=0)
    catalogue = copy / CATALOGUE
    if not catalogue.exists():
        return None
    with catalogue.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def faults(app: Path, catalogue: Catalog) -> list[str]:
    """One line for each entry that a French reader would see in English or half translated."""
    name = app.relative_to(ROOT)
    found = []
    for message in catalogue:
        if not message.id:
            continue
        text = message.id[0] if isinstance(message.id, tuple) else message.id
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(parts):
            found.append(f"{name}: not translated: {text!r}")
        elif spaced := [part for part in parts if _SPACED.search(part)]:
            found.append(f"{name}: not spaced as in Quebec: {spaced[0]!r}")
        elif message.fuzzy:
            found.append(f"{name}: fuzzy (check it and remove the mark): {text!r}")
        else:
            found.extend(f"{name}: {text!r}: {error}" for error in message.check(catalogue))
    return found


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    found: list[str] = []
    entries = 0
    with tempfile.TemporaryDirectory() as workplace:
        for app in our_apps():
            catalogue = extracted(app, Path(workplace))
            if catalogue is not None:
                entries += len(catalogue)
                found.extend(faults(app, catalogue))
    for line in found:
        print(line)
    print(f"Translations: {entries} French entries, {len(found)} faults.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
