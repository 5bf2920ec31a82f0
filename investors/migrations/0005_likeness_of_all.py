"""Persons who were recorded before their likeness was kept get its indexes."""

from django.db import migrations

from compliance.vault.indexes import blind_index
from investors import likeness

_UPDATE = (
    "UPDATE investors_person SET address_index = %s, telephone_index = %s, birth_index = %s,"
    " name_index = %s WHERE id = %s"
)


def forwards(apps, schema_editor):
    """The model of a migration has no properties, so what is indexed is put together here."""
    with schema_editor.connection.cursor() as cursor:
        for person in apps.get_model("investors", "Person").objects.iterator(chunk_size=500):
            cursor.execute(_UPDATE, [*_indexes(person), person.pk])


def _indexes(person):
    name = f"{person.first_name} {person.family_name}".strip()
    keys = {
        "person.address": likeness.address_key(person.street, person.postal_code),
        "person.telephone": likeness.telephone_key(person.telephone),
        "person.birth": likeness.birth_key(person.born, person.family_name),
        "principal.name": likeness.name_key(
            person.legal_name if person.kind == "organisation" else name
        ),
    }
    return [
        None if key is None else blind_index(purpose, key, strip_accents=purpose == "principal.name")
        for purpose, key in keys.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("investors", "0004_likeness")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
