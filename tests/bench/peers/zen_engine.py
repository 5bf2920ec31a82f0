"""The decision in zen-engine: a decision table that collects the rows that refuse, and the rooms.

The engine is Rust; its expressions are its own.
"""

import json
import re
from typing import Any

import zen

from tests.bench.peers.decision import ROOMS, ROWS
from tests.bench.peers.timing import Answer, in_order, main, timed


def _expression(python: str) -> str:
    """A condition of the table in the engine's words, which are Python's but for a conditional."""
    return re.sub(r"\((\w+) if (\w+) else (\w+)\)", r"(\2 ? \1 : \3)", python)


def _graph() -> dict[str, Any]:
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "refuses when"}],
        "outputs": [
            {"id": "code", "name": "Code", "field": "code"},
            {"id": "citation", "name": "Citation", "field": "citation"},
        ],
        "rules": [
            {
                "_id": row.code,
                "when": _expression(row.refuses),
                "code": json.dumps(row.code),
                "citation": json.dumps(row.citation),
            }
            for row in ROWS
        ],
        "outputPath": "refusals",
        "passThrough": False,
        "executionMode": "single",
    }
    rooms = {
        "expressions": [
            {"id": name, "key": f"rooms.{name}", "value": _most(_expression(room))}
            for name, room in ROOMS.items()
        ],
        "passThrough": False,
        "executionMode": "single",
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "rooms", "type": "expressionNode", "name": "rooms", "content": rooms},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]
    for node in nodes:
        node.setdefault("position", {"x": 0, "y": 0})
    edges = [("in", "table"), ("in", "rooms"), ("table", "out"), ("rooms", "out")]
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": nodes,
        "edges": [
            {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges
        ],
    }


def _most(python: str) -> str:
    return re.sub(r"max\((.*), 0\)$", r"max([\1, 0])", python)


_KEY = "subscription"
_ENGINE = zen.ZenEngine({"loader": {"type": "static", "content": {_KEY: _graph()}}})
"""By key, a decision is compiled once; one of ``create_decision`` is prepared at every call."""
_EACH_TIME = zen.ZenEngine().create_decision(json.dumps(_graph()))


def judge(case: dict[str, Any]) -> Any:
    """The refusals with their citations, and the rooms."""
    return _ENGINE.evaluate(_KEY, case)["result"]


def answer(result: Any) -> Answer:
    """As it is compared."""
    return {
        "refused": in_order(row["code"] for row in result["refusals"]),
        "rooms": {name: int(room) for name, room in result["rooms"].items()},
    }


def more(cases: list[dict[str, Any]], seconds: float) -> dict[str, float]:
    """The other way that its documentation shows first."""
    return {"prepared at every call (create_decision)": timed(_EACH_TIME.evaluate, cases, seconds)}


if __name__ == "__main__":
    main("zen-engine", judge, answer, more)
