"""The desk on which a supervisor keeps the organisation's assessments and plans."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from cases.case_types import parse, words
from cases.forms import templates as forms
from cases.models import CaseTemplate
from cases.services import templates

CHANGE = templates.CHANGE


def make_own(by, obj, type):
    holding = [m for who in access.grants(by, CHANGE).values() for m in who.memberships]
    organisation = next(m.organisation for m in holding if m.organisation_id)
    return template_address(templates.make_own(by=by, organisation=organisation, type=type))


def template_address(template: CaseTemplate) -> str:
    return reverse("admin:cases_casetemplate_change", args=[template.pk])


def with_template(request, template) -> dict:
    return {"template": template}


def button(name, title, service, form, **kwargs) -> ObjectAction:
    """A change of the newest version, which leads to the version that it makes."""

    def run(by, obj, **values):
        return template_address(service(by=by, template=obj, **values))

    return ObjectAction(name, title, CHANGE, run, form, templates.is_newest, **kwargs)


@admin.register(CaseTemplate, site=desk)
class CaseTemplateDesk(DeskAdmin):
    list_display = ["type", "version", "made_by", "made_at"]
    list_filter = ["type"]
    list_select_related = ["made_by"]
    ordering = ["type", "-version"]
    fields = ["type", "version", "made_by", "made_at"]
    list_actions = [
        ObjectAction(
            "own",
            _("Make our own template"),
            CHANGE,
            make_own,
            forms.OwnForm,
            tone="primary",
            explain=_(
                "It begins as a copy of the one that came with the system; cases that are open keep theirs."
            ),
        )
    ]
    object_actions = [
        button("question", _("Add a question"), templates.add_question, forms.QuestionForm, tone="primary"),
        button(
            "reword",
            _("Reword a question"),
            templates.reword_question,
            forms.RewordForm,
            form_kwargs=with_template,
        ),
        button(
            "dropquestion",
            _("Remove a question"),
            templates.drop_question,
            forms.DropQuestionForm,
            form_kwargs=with_template,
        ),
        button("service", _("Add a service to the plan"), templates.add_service, forms.ServiceForm),
        button(
            "dropservice",
            _("Remove a service from the plan"),
            templates.drop_service,
            forms.DropServiceForm,
            form_kwargs=with_template,
        ),
    ]

    def story(self, request, obj):
        parsed = parse(obj.content)
        return {
            "story_template": "cases/template.html",
            "questions": [{"text": words(one.label), "required": one.required} for one in parsed.questions],
            "suggestions": [
                {"goal": words(one.goal), "what": words(one.what), "days": one.working_days}
                for one in parsed.suggestions
            ],
        }
