"""Model fields whose values are sealed at rest, and the blind index that finds them again.

A sealed value is bound to its table, column and row (`table.column:primary key`): copied to
another row it does not open. It is opened when the attribute is read, not when the row is loaded,
so lists that do not show it do not pay for it.

What cannot work on sealed values is refused in words rather than answered wrongly: `filter()` on
anything but `isnull`, `QuerySet.update()`, `bulk_update()`, fixtures. `values()` and
`values_list()` return `Sealed` objects, which do not print. `bulk_create(update_conflicts=True)`
must not name a sealed field: the value would be bound to the row that was not kept.
"""

import json
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar
from uuid import UUID

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute

from compliance.sealing.aead import open_sealed, seal
from compliance.sealing.canonical import CanonicalError, canonical_bytes
from compliance.vault.keys import ring

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:
    _Field = models.Field
else:

    class _Field(models.Field):
        """Django's fields take no type parameters at run time; the type checker's do."""

        def __class_getitem__(cls, item: object) -> type:
            return cls


class Sealed:
    """A value as it lies in the database. It does not print and does not compare."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"<sealed value of {len(self.data)} bytes>"


class SealedAttribute(DeferredAttribute):
    """Opens the value on first reading. It defines `__set__` so that it sees every reading."""

    field: "SealedField[Any, Any]"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open_for(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(_Field[_ST, _GT]):
    """What the sealed fields share. Use SealedTextField, SealedJSONField or SealedBytesField.

    `seal_label` replaces `table.column` in the binding. Set it to the old name when a table or a
    column is renamed; without it every value sealed under the old name stops opening.
    """

    descriptor_class = SealedAttribute
    takes: ClassVar[str]
    column: str

    def __init__(self, *args: Any, seal_label: str | None = None, **kwargs: Any) -> None:
        self.seal_label = seal_label
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.seal_label is not None:
            kwargs["seal_label"] = self.seal_label
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    # How a value becomes bytes and back: each kind of field says.

    def to_bytes(self, value: Any) -> bytes:
        """The bytes that are sealed; raises TypeError or ValueError when there are none."""
        raise NotImplementedError

    def from_bytes(self, data: bytes) -> Any:
        """The value that `to_bytes` was given."""
        raise NotImplementedError

    # Sealing and opening.

    def context_for(self, instance: models.Model) -> bytes:
        """What a value of this field is bound to: `table.column:primary key`."""
        # The key of the table that holds the column: a child table's own is not set yet when its
        # parent's row is written.
        key = self.model._meta.pk
        pk = getattr(instance, key.attname)
        if not isinstance(pk, UUID):
            pk = key.to_python(pk)
        if pk is None:
            raise FieldError(
                f"{self._where()} cannot be sealed or opened for a row without a primary key."
            )
        return self.context_of(pk)

    def context_of(self, pk: UUID) -> bytes:
        """The same, for a primary key."""
        label = self.seal_label or f"{self.model._meta.db_table}.{self.column}"
        return f"{label}:{pk}".encode()

    def open_for(self, instance: models.Model, value: Sealed) -> Any:
        """Open a value loaded with `instance`; raises SealBroken."""
        data = open_sealed(value.data, ring=ring(), context=self.context_for(instance))
        return self.from_bytes(data)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        if self.attname not in model_instance.__dict__:
            getattr(model_instance, self.attname)
        value = model_instance.__dict__[self.attname]
        if value is None:
            return None
        if isinstance(value, Sealed):
            # Never read since it was loaded: written back as it is, once we know that it opens
            # here. A row copied under a new key would otherwise be stored unreadable for ever.
            self.open_for(model_instance, value)
            return value
        try:
            data = self.to_bytes(value)
        except (TypeError, ValueError) as error:
            raise FieldError(f"{self._where()} takes {self.takes}: {error}") from error
        return Sealed(seal(data, ring=ring(), context=self.context_for(model_instance)))

    # The database's side.

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return connection.Database.Binary(value.data)
        raise self._not_writable()

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        if hasattr(value, "as_sql") or hasattr(value, "resolve_expression"):
            raise self._not_writable()
        placeholder: str = connection.ops.binary_placeholder_sql(value)
        return placeholder

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(
            f"{self._where()} is sealed, and the database cannot compare sealed values "
            f"(`{lookup_name}`). Look it up through a BlindIndexField, or use `isnull`."
        )

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise FieldError(
            f"{self._where()} is sealed; a fixture would hold it in clear. Use pg_dump, which "
            "copies the sealed bytes."
        )

    def to_python(self, value: Any) -> Any:
        return value

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *_check_key(self), *self._check_options()]

    def _check_options(self) -> list[checks.CheckMessage]:
        indexed = self.unique or getattr(self, "db_index", False)
        if not indexed and not self.has_db_default():
            return []
        return [
            checks.Error(
                "A sealed field cannot be unique or indexed and has no database default.",
                hint="The same text is sealed to other bytes each time. Add a BlindIndexField.",
                obj=self,
                id="compliance_vault.E002",
            )
        ]

    def _not_writable(self) -> FieldError:
        return FieldError(
            f"{self._where()} is sealed for one row at a time: QuerySet.update(), bulk_update(), "
            "update_conflicts, expressions and fixtures cannot write it. Set the attribute and "
            "call save(), or use bulk_create()."
        )

    def _where(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


class SealedTextField(SealedField[_ST, _GT]):
    """Text, sealed. The empty text and None are two values, kept apart."""

    _pyi_private_set_type: "str | Combinable"
    _pyi_private_get_type: str
    description = "Sealed text"
    takes = "text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            # The length of the text, not of the column; the database cannot hold it.
            self.validators.append(MaxLengthValidator(self.max_length))

    def to_bytes(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"not {type(value).__name__}")
        return value.encode("utf-8")

    def from_bytes(self, data: bytes) -> str:
        return data.decode("utf-8")

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str | Sealed) else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        defaults: dict[str, Any] = {"max_length": self.max_length, "form_class": forms.CharField}
        if self.null:
            defaults["empty_value"] = None
        return super().formfield(**(defaults | kwargs))


class SealedJSONField(SealedField[_ST, _GT]):
    """Plain JSON, sealed in its canonical form.

    Decimals, dates, instants and UUIDs are sealed as text and come back as text; floats are
    refused (`compliance.sealing.canonical`). None is a null column, never a JSON null.
    """

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    description = "Sealed JSON"
    empty_strings_allowed = False
    takes = "plain JSON"

    def to_bytes(self, value: Any) -> bytes:
        return canonical_bytes(value)

    def from_bytes(self, data: bytes) -> Any:
        return json.loads(data)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        try:
            canonical_bytes(value)
        except CanonicalError as error:
            raise ValidationError(str(error), code="invalid") from error

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": forms.JSONField} | kwargs))


class SealedBytesField(SealedField[_ST, _GT]):
    """Bytes, sealed; for small things. Not shown in forms."""

    _pyi_private_set_type: "bytes | bytearray | memoryview | Combinable"
    _pyi_private_get_type: bytes
    description = "Sealed bytes"
    empty_strings_allowed = False
    takes = "bytes"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def to_bytes(self, value: Any) -> bytes:
        if not isinstance(value, bytes | bytearray | memoryview):
            raise TypeError(f"not {type(value).__name__}")
        return bytes(value)

    def from_bytes(self, data: bytes) -> bytes:
        return data


def _check_key(field: models.Field) -> list[checks.CheckMessage]:
    """The binding needs the key before the row is written, so the client must make it."""
    pk: Any = field.model._meta.pk
    while pk.remote_field is not None:
        pk = pk.target_field
    if isinstance(pk, models.UUIDField) and pk.has_default():
        return []
    return [
        checks.Error(
            "A model with sealed fields needs a UUID primary key made by the client.",
            hint="Inherit compliance.vault.models.SealedModel, or give the key default=uuid.uuid4.",
            obj=field,
            id="compliance_vault.E001",
        )
    ]
