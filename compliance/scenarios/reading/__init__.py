"""Reading scenario files: pure, no Django and no clock. `read_story` is the way in."""

from compliance.scenarios.reading.errors import ScenarioError
from compliance.scenarios.reading.reader import read_story, read_text

__all__ = ["ScenarioError", "read_story", "read_text"]
