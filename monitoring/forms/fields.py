"""Fields that several forms share."""

from django import forms

from accounts.enums import Role
from accounts.folded import AlphabeticalChoice
from accounts.models import Membership, User
from common import clock


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO dates in every language."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class Area(forms.Textarea):
    def __init__(self, rows: int = 4):
        super().__init__(attrs={"rows": rows})


class WordsField(forms.CharField):
    """Words separated by commas or lines, as a list."""

    def to_python(self, value):
        text = super().to_python(value).replace("\n", ",").replace(";", ",")
        return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


class PersonField(AlphabeticalChoice):
    """A person who holds one of these roles today."""

    def __init__(self, *roles: Role, **kwargs):
        super().__init__(queryset=User.objects.none(), **kwargs)
        self.roles = roles

    def offer(self) -> None:
        """Looks the persons up; called by the form, once for each request."""
        holders = Membership.objects.valid_on(clock.today()).filter(role__in=self.roles)
        self.queryset = User.objects.filter(pk__in=holders.values("user_id")).order_by("full_name")

    def label_from_instance(self, user):
        return user.full_name
