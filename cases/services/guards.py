"""What stands before anything of a client leaves the house: a consent that still counts, and nobody complained of."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from cases.enums import ConsentField, ConsentUse
from cases.models import Case, Consent, Respondent
from common import clock
from common.errors import Invalid, Refused
from common.keys import blind_index
from common.kyrgyz import fold


def stands(given: Consent) -> bool:
    return Consent.everything.standing(clock.today()).filter(pk=given.pk).exists()


def complained_of(case: Case, names: Iterable[str]) -> bool:
    """Is the case about somebody of one of these names? Blind indexes of folded names are compared."""
    indexes = {blind_index("respondent", fold(name)) for name in names if name}
    return Respondent.everything.filter(case=case, index__in=indexes).exists()


def leaks_to_respondent(case: Case, recipient: Organisation) -> bool:
    """Is the recipient, or somebody who works there, the one complained of?"""
    if Respondent.everything.filter(case=case, organisation=recipient).exists():
        return True
    names = {getattr(recipient, f"name_{language}") for language in ("ky", "ru", "en")}
    names |= set(
        Membership.objects.valid_on(clock.today())
        .filter(organisation=recipient)
        .values_list("user__full_name", flat=True)
    )
    return complained_of(case, names)


def require_fit(case: Case, consent: Consent) -> None:
    """Refused without a standing consent of this very case, and where its recipient is complained of."""
    _require_standing(case, consent, ConsentUse.REFERRAL)
    if leaks_to_respondent(case, consent.recipient):
        raise Refused("respondent_leak", _("The recipient is, or employs, the one complained of."))


def require_letter(case: Case, consent: Consent, shows: Iterable[str], *, to_respondent: bool) -> None:
    """A letter goes to the recipient of a standing consent for letters that names all it shows, and never by mistake
    to the one complained of."""
    _require_standing(case, consent, ConsentUse.LETTER)
    is_respondent = complained_of(case, [consent.who])
    if consent.recipient and not is_respondent:
        is_respondent = leaks_to_respondent(case, consent.recipient)
    if is_respondent and not to_respondent:
        raise Refused("respondent_leak", _("The recipient is, or employs, the one complained of."))
    if to_respondent and not is_respondent:
        raise Invalid(
            "not_a_respondent",
            _("This letter goes to the one complained of."),
            way_out=_(
                "Record the consent for the name as it stands in the case, or name the respondent first."
            ),
            field="consent",
        )
    missing = set(shows) - set(consent.fields)
    if missing:
        names = ", ".join(str(ConsentField(one).label) for one in ConsentField.values if one in missing)
        raise Refused(
            "consent_narrow",
            _("The client has not agreed to show this recipient: %(fields)s."),
            way_out=_("Ask the client, and record the consent anew."),
            field="consent",
            fields=names,
        )


def _require_standing(case: Case, consent: Consent, use: str) -> None:
    if consent.case_id != case.pk or consent.use != use or not stands(consent):
        raise Refused("no_consent", _("The client has not agreed to this, or the consent has ended."))
