"""``manage.py scenario run|check FILE...``: play stories, or only read them."""

import json
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError

from compliance.rules.kernel.dates import OutsideDates
from compliance.scenarios.playing.papers import render_all, write_out
from compliance.scenarios.playing.play import play
from compliance.scenarios.playing.report import as_json, step_lines, summary_lines
from compliance.scenarios.playing.stage import scratch_database
from compliance.scenarios.reading import ScenarioError, read_story
from compliance.scenarios.reading.story import Story

HOLDS, DIFFERS, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Play scenario files through the services, or check that they can be read."""

    help = "Play stories through the same services as the pages: scenario run FILE..."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``run`` and ``check`` with their options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        run = verbs.add_parser("run", help="play each file and compare with what it expects")
        run.add_argument("files", nargs="+", metavar="FILE")
        run.add_argument("--json", action="store_true", help="print one JSON object per file")
        run.add_argument("--out", metavar="DIR", type=Path, help="keep every document issued")
        run.add_argument("--keep", action="store_true", help="play into the project's own database")
        run.add_argument("--language", choices=("fr", "en"), default="fr")
        check = verbs.add_parser("check", help="only read the files")
        check.add_argument("files", nargs="+", metavar="FILE")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._written: set[Path] = set()

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when every expectation holds, 1 when one does not, 2 on an unreadable file."""
        stories = self._read(options["files"])
        if options["verb"] == "check":
            for story in stories:
                self.stdout.write(f"{story.path}: {len(story.steps)} steps, readable")
            return
        held = [self._play(story, options) for story in stories]
        if not all(held):
            raise SystemExit(DIFFERS)

    def _read(self, files: list[str]) -> list[Story]:
        """Read every file before anything is played: nothing is played when one is unreadable."""
        stories, faults = [], []
        for name in files:
            try:
                stories.append(read_story(Path(name)))
            except ScenarioError as fault:
                faults.append(str(fault))
            except OSError as fault:
                faults.append(f"{name}: {fault.strerror}")
        if faults:
            self.stderr.write("\n".join(faults))
            raise SystemExit(UNREADABLE)
        return stories

    def _play(self, story: Story, options: dict[str, Any]) -> bool:
        """Play one story where it belongs and print what became of it."""
        try:
            with nullcontext() if options["keep"] else scratch_database():
                return self._tell(story, options)
        except OutsideDates as fault:
            self.stderr.write(f"{story.path}: {fault}")
        except DatabaseError as fault:
            self.stderr.write(f"{story.path}: the database refused: {fault}")
        raise SystemExit(UNREADABLE)

    def _tell(self, story: Story, options: dict[str, Any]) -> bool:
        language, quiet = options["language"], options["json"]
        if not quiet:
            self.stdout.write(f"{story.title} ({story.path})")
        world, played = play(
            story,
            watch=None
            if quiet
            else lambda step: self.stdout.write("\n".join(step_lines(story, step, language))),
        )
        files = {}
        if options["json"] or options["out"]:
            last = story.steps[-1].at if story.steps else story.starts
            render_all(world, last)
        if options["out"]:
            files = write_out(world, options["out"], self._written)
        if quiet:
            self.stdout.write(json.dumps(as_json(world, played, files), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(summary_lines(world, played, language)))
            verdict = "✓" if played.ok else "✗"
            self.stdout.write(f"{verdict} {story.path}")
        return played.ok
