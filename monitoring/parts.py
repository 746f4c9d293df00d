"""What the parts of a figure are called in the reader's language: "SEX=F" is "sex: women"."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.enums import CaseType
from monitoring.codelists import code_of
from monitoring.enums import Horizon

DIMENSIONS = {
    "REF_AREA": _("territory"),
    "DEST_COUNTRY": _("state of destination"),
    "ORIGIN_COUNTRY": _("state of origin"),
    "SENDING_COUNTRY": _("sent from"),
    "RECEIVING_COUNTRY": _("received in"),
    "CITIZENSHIP": _("citizenship"),
    "EMPLOYMENT_STATE": _("state of work"),
    "SEX": _("sex"),
    "AGE": _("age"),
    "INDUSTRY": _("branch"),
    "OCCUPATION": _("occupation"),
    "CASE_TYPE": _("kind of case"),
    "HORIZON": _("horizon"),
}
_OWN = {"CASE_TYPE": dict(CaseType.choices), "HORIZON": dict(Horizon.choices)}
_SHORT = {"male": "M", "female": "F"}  # as the registry writes them


def key_text(key: str) -> str:
    """Names of dimension and code, one pair after another; a code that no list knows stands as it is."""
    if not key:
        return str(_("total"))
    return ", ".join(_part(*part.partition("=")[::2]) for part in key.split(";"))


def _part(dimension: str, code: str) -> str:
    known = code_of(dimension, _SHORT.get(code, code))
    name = known.name((get_language() or "ky")[:2]) if known else _OWN.get(dimension, {}).get(code, code)
    return f"{DIMENSIONS.get(dimension, dimension)}: {name}"
