"""What participants of the chain fill in on a measure's page."""

import datetime as dt

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from common import clock, file_kinds
from common.enums import Language, TranslationState
from common.uploads import UploadField
from monitoring.board import Row
from monitoring.chain.template import Template
from monitoring.chain.wording import criterion_name, evidence_name
from monitoring.enums import ConsultationKind, DisclosureClass, Horizon, Outcome, Stage
from monitoring.models import Condition, EvidenceItem
from monitoring.services.chain import NEVER_WAIVED
from monitoring.services.consultations import STAGES
from monitoring.services.measures import HORIZONS

from .fields import Area, DateInput, PersonField, WordsField

OWNERS = (Role.ANALYST, Role.DECISION_MAKER, Role.EXPERT, Role.LEGAL_OFFICER)
CONDITIONS = 3
# evidence that an automatic check looks for
LOOKED_FOR = {"peer_review_by_another": "peer_review", "summary_in_three_languages": "summary"}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=Area(3), max_length=2000)


class EvidenceForm(forms.Form):
    type = forms.ChoiceField(label=_("What it is"))
    title = forms.CharField(label=_("Title"), max_length=300)
    body = forms.CharField(label=_("Content"), widget=Area(6), required=False)
    url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")
    file = UploadField(label=_("File"), required=False, kinds=file_kinds.ALL)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language, widget=forms.CheckboxSelectMultiple, required=False
    )
    disclosure = forms.ChoiceField(
        label=_("Who may read it"),
        choices=DisclosureClass,
        initial=DisclosureClass.INTERNAL,
        help_text=_("What is public stands on the measure's page for everyone."),
    )
    supersedes = forms.ModelChoiceField(
        label=_("Replaces"), queryset=EvidenceItem.everything.none(), required=False
    )

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = evidence_choices(row)
        replaceable = EvidenceItem.everything.standing().filter(entry=row.entry)
        self.fields["supersedes"].queryset = replaceable
        self.fields["supersedes"].label_from_instance = lambda one: f"{evidence_name(one.type)}: {one.title}"

    def clean(self):
        values = super().clean()
        if not any(values.get(name) for name in ("body", "url", "file")):
            self.add_error("body", _("Evidence needs a text, an address or a file."))
        return values


def evidence_choices(row: Row) -> list:
    """What the gate misses first, then what it has already, then what a way back needs."""
    template = Template(row.entry.run.template.content)
    missing, filed = [], []
    for one in row.findings:
        type = one.code if one.kind == "evidence" else LOOKED_FOR.get(one.code)
        if type:
            (missing if one.open else filed).append(type)
    back = list(dict.fromkeys(loop.needs for loop in template.loops if loop.start == row.stage))
    groups = [(_("Missing at the gate"), missing), (_("Filed already"), filed), (_("For a way back"), back)]
    return [
        (title, [(type, capfirst(evidence_name(type))) for type in types]) for title, types in groups if types
    ]


class SubmitForm(forms.Form):
    statement = forms.CharField(label=_("Statement"), widget=Area(), required=False, max_length=5000)


class DecideForm(forms.Form):
    """A signature for one outcome; up to three conditions with owner and date."""

    outcome = forms.ChoiceField(label=_("Outcome of the gate"), choices=Outcome)
    target = forms.ChoiceField(label=_("Back to"), required=False, help_text=_("Only for going back."))
    reason = forms.CharField(label=_("Reason"), widget=Area(), max_length=5000)

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        template = Template(row.entry.run.template.content)
        targets = [loop.target for loop in template.loops if loop.start == row.stage]
        self.fields["target"].choices = [("", "—"), *((code, Stage(code).label) for code in targets)]
        for number in range(1, CONDITIONS + 1):
            for name, field in self._condition(number).items():
                self.fields[f"{name}_{number}"] = field

    @staticmethod
    def _condition(number: int) -> dict[str, forms.Field]:
        owner = PersonField(
            *OWNERS, label=_("Owner of condition %(number)s") % {"number": number}, required=False
        )
        owner.offer()
        return {
            "condition": forms.CharField(
                label=_("Condition %(number)s") % {"number": number},
                widget=Area(2),
                required=False,
                help_text=_("Only for going on with conditions; overdue, it closes the next gate."),
            ),
            "owner": owner,
            "due": forms.DateField(
                label=_("Condition %(number)s is due on") % {"number": number},
                widget=DateInput(),
                required=False,
            ),
        }

    def clean(self):
        values = super().clean()
        conditions = []
        for number in range(1, CONDITIONS + 1):
            text, owner, due = (
                values.pop(f"{name}_{number}", None) for name in ("condition", "owner", "due")
            )
            if text and not (owner and due):
                self.add_error(f"condition_{number}", _("Name each condition with its owner and date."))
            if text:
                conditions.append({"text": text, "owner": owner, "due_on": due})
        values["conditions"] = conditions
        return values


class WaiveForm(forms.Form):
    criterion = forms.ChoiceField(label=_("Which criterion"))
    reason = forms.CharField(label=_("Reason"), widget=Area(), max_length=2000)
    expires_on = forms.DateField(
        label=_("Waived until"), widget=DateInput(), initial=lambda: clock.today() + dt.timedelta(days=90)
    )

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [
            (one.code, capfirst(criterion_name(one.code)))
            for one in row.missing
            if one.code not in NEVER_WAIVED
        ]


class ConditionForm(forms.Form):
    """Only the owner's own open conditions are offered."""

    condition = forms.ModelChoiceField(label=_("Condition"), queryset=Condition.objects.none())

    def __init__(self, *args, row: Row, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["condition"].queryset = Condition.objects.filter(
            decision__review__entry__run__measure=row.measure, owner=user, met_at__isnull=True
        )
        self.fields["condition"].label_from_instance = lambda one: one.text


class LessonForm(forms.Form):
    text = forms.CharField(
        label=_("Lesson"), widget=Area(6), help_text=_("It is published, above all where something failed.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language)


class CarryOverForm(forms.Form):
    horizon = forms.ChoiceField(label=_("Into which term"))
    reason = forms.CharField(label=_("Reason"), widget=Area(), max_length=300)

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        later = HORIZONS[HORIZONS.index(row.measure.horizon) + 1 :]
        self.fields["horizon"].choices = [(one, Horizon(one).label) for one in later]


class EmergencyForm(forms.Form):
    order = forms.CharField(label=_("Order: who, when, number"), max_length=500)
    sunset_on = forms.DateField(
        label=_("Ends by itself on"), widget=DateInput(), help_text=_("Within twelve months.")
    )


class WordsForm(forms.Form):
    """New words of a measure; ticking a language says that a native speaker has read them."""

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            state = getattr(row.version, f"title_{code}_state")
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": name},
                widget=Area(3),
                initial=getattr(row.version, f"title_{code}"),
            )
            self.fields[f"reviewed_{code}"] = forms.BooleanField(
                label=_("Reviewed by a native speaker: %(language)s") % {"language": name},
                required=False,
                initial=state == TranslationState.APPROVED,
            )
        self.fields["legal_basis"] = forms.CharField(
            label=_("Legal basis"), widget=Area(3), required=False, initial=row.version.legal_basis
        )
        self.fields["reason"] = forms.CharField(label=_("Reason of the change"), max_length=300)

    def clean(self):
        values = super().clean()
        for code in Language.values:
            reviewed = values.pop(f"reviewed_{code}", False)
            values[f"title_{code}_state"] = (
                TranslationState.APPROVED if reviewed else TranslationState.UNREVIEWED
            )
        return values


class DiscussionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ConsultationKind)
    opens_on = forms.DateField(label=_("Opens on"), widget=DateInput(), initial=clock.today)
    closes_on = forms.DateField(
        label=_("Closes on"), widget=DateInput(), initial=lambda: clock.today() + dt.timedelta(days=30)
    )
    offline_channel = forms.CharField(
        label=_("Way to take part without the internet"), max_length=300, required=False
    )

    def __init__(self, *args, row: Row, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [kind for kind, stages in STAGES.items() if row.stage in stages]
        self.fields["kind"].choices = [(kind, ConsultationKind(kind).label) for kind in kinds]
        needed = ConsultationKind.PUBLIC in kinds
        for code, name in Language.choices:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": name}, max_length=300, required=False
            )
            self.fields[f"question_{code}"] = forms.CharField(
                label=_("Question, %(language)s") % {"language": name},
                widget=Area(3),
                required=needed and code in {Language.KY, Language.RU},
            )

    def clean(self):
        values = super().clean()
        opens, closes = values.get("opens_on"), values.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("A discussion closes after it opens."))
        return values


DESIGN_EXAMPLE = """design: did
outcome: share_paid
unit: unit
time: period
treated_units: [KG-B, KG-J, KG-O]
start: 2026-Q1
"""


class PilotForm(forms.Form):
    design = forms.CharField(
        label=_("Design of the evaluation (YAML)"),
        widget=Area(9),
        initial=DESIGN_EXAMPLE,
        help_text=_("The fields are those of the command `evaluate`. At most two outcomes."),
    )
    units = WordsField(label=_("Units"), widget=Area(2), help_text=_("Separated by commas."))
    treated_units = WordsField(label=_("Units with the measure"), widget=Area(2))
    planned_periods = WordsField(
        label=_("Planned periods"), widget=Area(2), help_text=_("For example 2026-Q1, 2026-Q2.")
    )
    stop_rules = forms.CharField(label=_("Stop rules"), widget=Area(3))
    before = forms.IntegerField(label=_("Periods before the start"), min_value=1, initial=4)
    after = forms.IntegerField(label=_("Periods after the start"), min_value=1, initial=4)
    sd_periods = forms.FloatField(
        label=_("Standard deviation of a unit's periods"),
        min_value=0,
        localize=True,
        help_text=_("From the baseline; without it the detectable effect can't be computed."),
    )
    target = forms.FloatField(label=_("Effect hoped for"), required=False, localize=True)
    fixed_cost = forms.DecimalField(label=_("Fixed cost, som"), min_value=0, initial=0, localize=True)
    unit_cost = forms.DecimalField(
        label=_("Cost for each unit with the measure, som"), min_value=0, initial=0, localize=True
    )


class RecordsForm(forms.Form):
    file = UploadField(
        label=_("CSV file"),
        most=10 * 1024**2,
        help_text=_("Columns unit, period and one for each value. A newer record corrects an older one."),
    )


class AnalysisForm(forms.Form):
    design = forms.CharField(
        label=_("Design as carried out (YAML)"),
        widget=Area(10),
        help_text=_("The registered one stands here. Whatever You change is listed as a deviation."),
    )
