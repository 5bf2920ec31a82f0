"""The decision in SpiffWorkflow: a DMN decision table that collects, read from its XML.

Its conditions are Python, which the engine evaluates text by text. The rooms are a second table of
one row that always hits.
"""

from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from tests.bench.peers.decision import ROOMS, ROWS
from tests.bench.peers.timing import Answer, in_order, main

_DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def _table(name: str, outputs: list[str], rows: list[tuple[str, list[str]]]) -> DMNEngine:
    """A table whose one input is the truth of a condition; each row gives its outputs."""
    columns = "".join(
        f'<output id="o_{output}" label="{output}" name="{output}" typeRef="string"/>'
        for output in outputs
    )
    rules = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{escape(when)}</text></inputEntry>'
        + "".join(
            f'<outputEntry id="e{number}{place}"><text>{escape(value)}</text></outputEntry>'
            for place, value in enumerate(values)
        )
        + "</rule>"
        for number, (when, values) in enumerate(rows)
    )
    xml = (
        f'<definitions xmlns="{_DMN}" id="d" name="d"'
        f' namespace="http://bench.example"><decision id={quoteattr(name)} name={quoteattr(name)}>'
        '<decisionTable id="t" hitPolicy="COLLECT"><input id="in" label="refuses">'
        '<inputExpression id="x" typeRef="boolean"><text>True</text></inputExpression></input>'
        f"{columns}{rules}</decisionTable></decision></definitions>"
    )
    root = etree.fromstring(xml)
    parser = DMNParser(None, root, {"dmn": _DMN})
    parser.parse()
    return DMNEngine(parser.decision.decisionTables[0])


_REFUSALS = _table(
    "refusals",
    ["code", "citation"],
    # With the input named as `?`, the engine parses a condition once less.
    [(f"? and ({row.refuses})", [repr(row.code), repr(row.citation)]) for row in ROWS],
)
_ROOMS = _table("rooms", list(ROOMS), [("? and True", list(ROOMS.values()))])
# A task without its workflow: what surrounds a decision in a process is not measured.
_WORKFLOW = SimpleNamespace(script_engine=PythonScriptEngine())


def judge(case: dict[str, Any]) -> Any:
    """The refusals with their citations, and the rooms."""
    task = SimpleNamespace(data=case, workflow=_WORKFLOW)
    return _REFUSALS.result(task), _ROOMS.result(task)


def answer(result: Any) -> Answer:
    """As it is compared."""
    refusals, rooms = result
    return {
        "refused": in_order(refusals.get("code", [])),
        "rooms": {name: values[0] for name, values in rooms.items()},
    }


if __name__ == "__main__":
    main("SpiffWorkflow", judge, answer)
