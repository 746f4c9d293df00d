from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from common.enums import Language
from monitoring.enums import CommentChannel, CommentTopic
from monitoring.models import Comment, Consultation
from monitoring.services.consultations import MAX_COMMENT

from .fields import Area, PersonField

PANEL = (Role.EXPERT, Role.LEGAL_OFFICER, Role.CASE_SUPERVISOR, Role.ANALYST)


class CommentsForm(forms.Form):
    """One comment or several, of this discussion only."""

    comments = forms.ModelMultipleChoiceField(
        label=_("Comments"), queryset=Comment.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, consultation: Consultation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comments"].queryset = self.offered(consultation).order_by("received_at")
        self.fields["comments"].label_from_instance = lambda one: f"{one.text[:300]} ({one.language})"

    def offered(self, consultation: Consultation):
        return consultation.comments.all()


class ModerateForm(CommentsForm):
    shown = forms.TypedChoiceField(
        label=_("What happens to them"),
        choices=[("1", _("they are shown")), ("0", _("they are not shown"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
        help_text=_("What is not shown is answered and counted all the same."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def clean(self):
        values = super().clean()
        if values.get("shown") is False and not values.get("reason"):
            self.add_error("reason", _("Say why a comment is not shown."))
        return values


class AnswerForm(CommentsForm):
    topic = forms.ChoiceField(label=_("What they do"), choices=CommentTopic)
    accepted = forms.BooleanField(label=_("The proposal is taken up"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Answer, %(language)s") % {"language": name},
                widget=Area(5),
                required=False,
                help_text=_("Needed where one of the chosen comments is in this language."),
            )

    def clean(self):
        values = super().clean()
        values["texts"] = {code: values.pop(f"text_{code}", "") for code in Language.values}
        return values

    def offered(self, consultation: Consultation):
        return consultation.comments.filter(responses__isnull=True)


class EnterForm(forms.Form):
    """A comment that came on paper, by telephone or at a meeting."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[one for one in CommentChannel.choices if one[0] != CommentChannel.WEB],
    )
    text = forms.CharField(label=_("Comment"), widget=Area(6), max_length=MAX_COMMENT)
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    author_name = forms.CharField(label=_("Name of the author"), max_length=200, required=False)
    author_email = forms.EmailField(
        label=_("E-mail of the author"), required=False, help_text=_("Only if the author wants to be told.")
    )


class SeatForm(forms.Form):
    user = PersonField(*PANEL, label=_("Who"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].offer()


class OpinionForm(forms.Form):
    interests = forms.CharField(
        label=_("Your interests in this measure"),
        widget=Area(3),
        help_text=_("If there are none, write so."),
    )
    opinion = forms.CharField(label=_("Your opinion"), widget=Area(8))
    dissents = forms.BooleanField(label=_("I dissent from the panel"), required=False)
