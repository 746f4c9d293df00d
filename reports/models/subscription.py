import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.enums import Language
from common.ids import new_id

from .edition import Edition
from .report_definition import ReportDefinition


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class Subscription(models.Model):
    """An address that wants to hear of new editions, once its holder has confirmed it; who leaves is forgotten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey(ReportDefinition, on_delete=models.CASCADE, related_name="subscriptions")
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="subscription_once", fields=["definition", "email"])]


class Delivery(models.Model):
    """One edition sent to one subscriber: written before the letter goes, so that none goes twice."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="deliveries")
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["subscription", "edition"])]
