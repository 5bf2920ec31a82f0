"""The table of the cache by which sign-ins are counted."""

from typing import ClassVar

from django.db import models


class CacheRow(models.Model):
    """A row of Django's database cache (`CACHES` of the site names this table).

    Attempts are counted where every process of every machine sees them, without a service more; a
    cache in the memory of one process would give an attacker as many tries as there are workers. It
    is a model so that `migrate` makes the table and the runtime role is granted it; nothing reads
    it through the model. Keys are digests under the index key: no address stands here.
    """

    unaudited: ClassVar[str] = "it counts attempts, for minutes"

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "compliance_signin_cache"

    def __str__(self) -> str:
        return "a row of the cache"
