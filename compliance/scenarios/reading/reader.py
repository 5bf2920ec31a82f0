"""From a file to a Story, or to the one ScenarioError that says what is wrong, where."""

from datetime import date, datetime
from pathlib import Path

from compliance.rules.kernel.zones import local_date
from compliance.scenarios.reading.errors import ScenarioError
from compliance.scenarios.reading.parties import read_issuers, read_people, read_portal
from compliance.scenarios.reading.places import Fields, Place
from compliance.scenarios.reading.steps import read_step
from compliance.scenarios.reading.story import PortalSpec, StepSpec, Story
from compliance.scenarios.reading.values import boolean, instant, text
from compliance.scenarios.reading.verbs import Cast
from compliance.scenarios.reading.yaml_nodes import MAX_BYTES, decode, parse

STORY_KEYS = ("title", "starts", "strict", "portal", "people", "issuers", "steps")

# NI 45-110 is in force from this day; the format refuses an earlier story as a file.
FIRST_DAY = date(2021, 9, 21)


def read_story(source: str | Path) -> Story:
    """Read a story from a file, or from the text of one: a `str` with a line break in it is a text.

    Raises ScenarioError, with the file, the line and the key, for whatever is not a scenario, a
    file that cannot be opened included.
    """
    if isinstance(source, str) and "\n" in source:
        return read_text(source)
    path = str(source)
    try:
        with Path(source).open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError(
            path,
            1,
            "",
            f"the file cannot be opened: {reason}",
            f"le fichier ne peut être ouvert\u00a0: {reason}",
        ) from error
    return _story(Place(parse(decode(raw, path), path), "", path))


def read_text(text_of_file: str, path: str = "<text>") -> Story:
    """Read a story from its text; `path` is what errors call it. Raises ScenarioError."""
    raw = text_of_file.encode("utf-8", "surrogatepass")
    return _story(Place(parse(decode(raw, path), path), "", path))


def _story(place: Place) -> Story:
    keys = place.fields(STORY_KEYS)
    strict_at = keys.get("strict")
    strict = boolean(strict_at) if strict_at else False
    title = text(keys.need("title"))
    portal = read_portal(keys.get("portal"))
    starts = _starts(keys, portal)
    people = read_people(keys.get("people"), portal, strict=strict)
    issuers = read_issuers(keys.get("issuers"), people)
    cast = Cast(people, issuers, portal.zone)
    return Story(
        title=title,
        starts=starts,
        portal=portal,
        people=people,
        issuers=issuers,
        steps=_steps(keys.need("steps"), cast, starts),
        strict=strict,
        path=place.file,
    )


def _starts(keys: Fields, portal: PortalSpec) -> datetime:
    place = keys.need("starts")
    starts = instant(place, portal.zone)
    if local_date(starts, portal.zone) < FIRST_DAY:
        place.fail(
            f"a story starts on {FIRST_DAY.isoformat()} or later, when NI 45-110 is in force",
            f"un récit commence le {FIRST_DAY.isoformat()} ou après, quand le Règlement "
            "45-110 est en vigueur",
        )
    return starts


def _steps(place: Place, cast: Cast, starts: datetime) -> tuple[StepSpec, ...]:
    steps: list[StepSpec] = []
    earliest = starts
    for number, each in enumerate(place.each(), start=1):
        step = read_step(each, number, cast, earliest)
        steps.append(step)
        earliest = step.at
    return tuple(steps)
