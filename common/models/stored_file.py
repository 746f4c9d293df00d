from django.conf import settings
from django.db import models

from common import clock
from common.ids import new_id

from .subject_key import SubjectKey


class StoredFile(models.Model):
    """A file kept encrypted under its own or a person's key, found by the hash of its sealed bytes.

    Access is that of the object which points at it; nothing serves a StoredFile by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
