from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from monitoring.forms.fields import Area
from monitoring.models import ChainTemplate
from monitoring.services import chain, templates


class TemplateForm(forms.Form):
    text = forms.CharField(label=_("Template (YAML)"), widget=Area(30))
    reason = forms.CharField(label=_("Reason of the change"), max_length=300)


@admin.register(ChainTemplate, site=desk)
class ChainTemplateDesk(DeskAdmin):
    """Every version that ever held; a change is a new one, with its reason."""

    view_action = templates.CHANGE
    list_display = ["number", "reason", "recorded_by", "recorded_at"]
    list_select_related = ["recorded_by"]
    ordering = ["-number"]
    list_actions = [
        ObjectAction(
            "change",
            _("Change the template of the chain"),
            templates.CHANGE,
            lambda by, obj, **values: templates.change(by=by, **values),
            TemplateForm,
            initial=lambda request, obj: {"text": templates.as_text(chain.current_template())},
            explain=_("Measures that are in the chain keep the template of their passage."),
        )
    ]
