"""Finding a sealed value by equality: the blind index column."""

from typing import Any, TypeVar

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models

from compliance.sealing import index
from compliance.vault.fields import _Field
from compliance.vault.keys import ring

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)
_LOOKUPS = frozenset({"exact", "in", "isnull"})


def blind_index(purpose: str, text: str, *, strip_accents: bool = False) -> bytes:
    """Return the 32-byte blind index of `text` under this installation's index key.

    A look-up through the field needs no such call: `filter(email_index="Marie@Exemple.ca")`
    normalises and indexes the text with the field's own purpose.
    """
    return index.blind_index(text, ring=ring(), purpose=purpose, strip_accents=strip_accents)


class _Computed(bytes):
    """An index made by `pre_save` from its source: the only kind that may be written."""


class BlindIndexField(_Field[_ST, _GT]):
    """The blind index of another attribute of the row, computed at every save.

    `source` names the attribute (a sealed text field as a rule; None gives None), `purpose` keeps
    this column's indexes apart from every other column's and must never change once used.
    Only `exact`, `in` and `isnull` look-ups exist: text is indexed first, bytes are taken as an
    index. Make it `unique=True` where two rows must not hold the same text.
    """

    _pyi_private_set_type: str | bytes
    _pyi_private_get_type: bytes
    description = "Blind index of a sealed value"
    empty_strings_allowed = False

    def __init__(
        self, *args: Any, source: str, purpose: str, strip_accents: bool = False, **kwargs: Any
    ) -> None:
        self.source = source
        self.purpose = purpose
        self.strip_accents = strip_accents
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"source": self.source, "purpose": self.purpose}
        if self.strip_accents:
            kwargs["strip_accents"] = True
        if self.editable:
            kwargs["editable"] = True
        else:
            kwargs.pop("editable", None)
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def index_of(self, text: str) -> bytes:
        """The index of `text` in this column."""
        return blind_index(self.purpose, text, strip_accents=self.strip_accents)

    def pre_save(self, model_instance: models.Model, add: bool) -> _Computed | None:
        text = getattr(model_instance, self.source)
        if text is not None and not isinstance(text, str):
            raise FieldError(
                f"{self._where()} indexes text; {self.source} is a {type(text).__name__}."
            )
        value = None if text is None else _Computed(self.index_of(text))
        setattr(model_instance, self.attname, None if value is None else bytes(value))
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.index_of(value)
        if value is None or hasattr(value, "resolve_expression") or isinstance(value, _Computed):
            return value
        return bytes(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return connection.Database.Binary(value) if isinstance(value, bytes) else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not isinstance(value, _Computed):
            raise self._not_writable()
        return self.get_db_prep_value(value, connection)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        if hasattr(value, "as_sql") or hasattr(value, "resolve_expression"):
            raise self._not_writable()
        placeholder: str = connection.ops.binary_placeholder_sql(value)
        return placeholder

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in _LOOKUPS:
            raise FieldError(
                f"{self._where()} is a blind index: it knows equality only (exact, in, isnull), "
                f"not `{lookup_name}`."
            )
        return super().get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_source(), *self._check_model()]

    def _check_source(self) -> list[checks.CheckMessage]:
        try:
            self.model._meta.get_field(self.source)
        except FieldDoesNotExist:
            if hasattr(self.model, self.source):
                return []
            return [
                checks.Error(
                    f"The source {self.source!r} of the blind index is not on the model.",
                    obj=self,
                    id="compliance_vault.E003",
                )
            ]
        return []

    def _check_model(self) -> list[checks.CheckMessage]:
        if getattr(self.model, "keeps_blind_indexes", False):
            return []
        return [
            checks.Error(
                "A model with a blind index must inherit compliance.vault.models.SealedModel.",
                hint="Its save(update_fields=[source]) writes the index too; a stale index finds "
                "the person under the old value.",
                obj=self,
                id="compliance_vault.E004",
            )
        ]

    def _not_writable(self) -> FieldError:
        return FieldError(
            f"{self._where()} is computed from {self.source} when a row is saved; "
            "QuerySet.update(), bulk_update() and fixtures cannot write it."
        )

    def _where(self) -> str:
        return f"{self.model._meta.label}.{self.name}"
