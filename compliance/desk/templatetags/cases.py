"""Words about cases: kinds, states, priorities, decisions."""

from django import template

from compliance.casework.kinds import EVIDENCE, KINDS, QUEUES
from compliance.desk.case_forms import PRIORITIES, STATES
from compliance.desk.case_selectors import decision_name
from compliance.web.language import current

register = template.Library()

_STATES, _PRIORITIES = dict(STATES), dict(PRIORITIES)
_EVIDENCE = {word.code: word for word in EVIDENCE}
_QUEUES = {word.code: word for word in QUEUES}
TONES = {"open": "live", "waiting": "wait", "closed": "plain"}


@register.filter
def case_kind(code: str) -> str:
    """A kind of case in words."""
    return KINDS[code].say(current())


@register.filter
def case_queue(kind: str) -> str:
    """The queue of a kind of case in words."""
    return _QUEUES[KINDS[kind].queue].say(current())


@register.filter
def case_state(code: str) -> str:
    """A state of a case in words."""
    return str(_STATES[code])


@register.filter
def case_tone(code: str) -> str:
    """The tone of the badge of a state of a case."""
    return TONES[code]


@register.filter
def priority(number: int) -> str:
    """A priority in words."""
    return str(_PRIORITIES[number])


@register.filter
def evidence_kind(code: str) -> str:
    """A kind of evidence in words."""
    return _EVIDENCE[code].say(current())


@register.filter
def decided(decision: object) -> str:
    """A decision in words; empty for one that was only written in words."""
    return decision_name(getattr(decision, "kind", ""), getattr(decision, "outcome", ""))
