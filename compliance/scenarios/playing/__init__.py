"""Playing stories: the same services as the pages, on the story's own clock.

``world`` makes the people and things a story starts with, ``verbs`` turns a step into a call of a
service, ``checks`` compares what came with what was expected, ``report`` tells it, ``stage`` gives
the story a database of its own.
"""
