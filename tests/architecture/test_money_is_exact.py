"""B7: no binary floating point where money passes. 0.1 + 0.2 is not 0.3, and a cent is a cent."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import DecimalField, FloatField

ROOT = Path(__file__).resolve().parents[2]
MONEY = (
    "equity",
    "investors",
    "documents",
    "compliance/rules",
    "compliance/desk",
    "compliance/scenarios",
    "compliance/sealing",
)
EXCEPTIONS = {
    "documents/ornaments.py": "it draws: its numbers are places on a page, and none is an amount",
    "compliance/sealing/canonical.py": "it names the type to refuse it",
    "documents/management/bar.py": "seconds on a terminal",
}
FLOATING = {"float", "complex", "FloatField", "fsum", "parse_float"}
"""Names that make binary numbers, or stand for them."""
MODULES = {"math", "cmath", "statistics", "numpy"}


def faults(source: str) -> Iterator[str]:
    """Every place where a binary number may come into a module, as line and reason."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float() | complex() as value):
                yield f"{node.lineno}: the number {value}"
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in FLOATING:
                yield f"{node.lineno}: {name}"
            case ast.Import(names=names) if any(name.name in MODULES for name in names):
                yield f"{node.lineno}: a module of binary numbers"
            case ast.ImportFrom(module=module) if module in MODULES:
                yield f"{node.lineno}: a module of binary numbers"
            case ast.BinOp(op=ast.Div(), left=left, right=right) if whole(left) and whole(right):
                yield f"{node.lineno}: a division of whole numbers"


def whole(node: ast.expr) -> bool:
    """Whether an expression is plainly a whole number: two of them divide into a float."""
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.Call(func=ast.Name(id="int" | "len")):
            return True
    return False


def modules() -> list[Path]:
    """Every module of ours where money passes."""
    return sorted(path for place in MONEY for path in (ROOT / place).rglob("*.py"))


def test_no_binary_number_where_money_passes() -> None:
    assert len(modules()) > 150
    found = {
        f"{path.relative_to(ROOT)}:{fault}"
        for path in modules()
        if str(path.relative_to(ROOT)) not in EXCEPTIONS
        for fault in faults(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_one(name: str) -> None:
    """Whoever no longer needs to be left out is looked at again."""
    assert list(faults((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "price = 25.0",
        "price = float(text)",
        "def room(amount: float) -> None: ...",
        "fee = models.FloatField()",
        "import math",
        "from statistics import mean",
        "half = len(rows) / 2",
        "rate = 1e-2",
    ],
)
def test_the_look_finds_what_it_looks_for(line: str) -> None:
    assert list(faults(line))


def test_every_amount_in_the_database_is_kept_to_the_cent() -> None:
    """`numeric(14,2)`, which PostgreSQL adds up exactly; no number is kept otherwise."""
    fields = [
        field
        for model in apps.get_models()
        if model._meta.app_label in {"equity", "investors", "documents"}
        for field in model._meta.concrete_fields
    ]
    amounts = [field for field in fields if isinstance(field, DecimalField)]
    assert len(amounts) > 10
    assert {(field.max_digits, field.decimal_places) for field in amounts} == {(14, 2)}
    assert not [field for field in fields if isinstance(field, FloatField)]
