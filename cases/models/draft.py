"""What a case worker types while listening, before it is a request; or into a long form of a case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .case import Case
from .help_request import HelpRequest


class Draft(models.Model):
    """A call that is being taken down, or a `form` of a `case`. `token` was made with the page:
    whatever is sent twice counts once.

    Only the one who types sees it. Ended (sent or discarded) it holds no word any more.
    """

    VIEW = "cases.draft.keep"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.UUIDField(editable=False)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    content = SealedField(_("what was typed"), blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    form = models.CharField(max_length=20, blank=True, default="")
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    request = models.ForeignKey(
        HelpRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("draft of a call")
        verbose_name_plural = _("drafts of calls")
        constraints = [models.UniqueConstraint(name="one_draft_for_a_page", fields=["user", "token"])]
