"""The register of laws: of each pair of law and standard of a measure the newest review holds."""

from django.db.models import Exists, OuterRef, QuerySet

from common import clock

from .models import LegalReview


def laws_now() -> QuerySet[LegalReview]:
    """The newest review of every pair of law and standard."""
    newer = LegalReview.objects.filter(
        measure=OuterRef("measure"),
        law=OuterRef("law"),
        standard=OuterRef("standard"),
        reviewed_at__gt=OuterRef("reviewed_at"),
    )
    return LegalReview.objects.filter(~Exists(newer))


def laws_due() -> QuerySet[LegalReview]:
    """Those whose day of the next review has come."""
    return laws_now().filter(next_on__lte=clock.today())
