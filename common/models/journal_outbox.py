from django.db import models


class JournalOutbox(models.Model):
    """Journal entries of a transaction, until they are delivered to the journal's own database file."""

    entry = models.JSONField()
