"""The one step that pyproject.toml cannot say: translations are compiled into the wheel.

The catalogues are committed as text. A wheel built without this step would speak English to people
who must be served in French first, and nothing would fail.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTranslations(build_py):
    """Copies the packages, then compiles each catalogue where it was copied to."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for source in sorted(Path(self.build_lib).rglob("LC_MESSAGES/*.po")):
            catalogue = read_po(source.open("rb"), locale=source.parts[-3], abort_invalid=True)
            with source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, catalogue)


setup(cmdclass={"build_py": BuildWithTranslations})
