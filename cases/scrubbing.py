from cases.codes import ALPHABET
from common.scrub import Inventor, Special

# Sealed codes and structures, which nobody opens to invent others: they are as if not given.
EMPTY = (
    *("Assessment.answers", "Incident.contexts", "Incident.core_type", "Incident.happened_on"),
    *("Referral.preview", "Referral.shared"),
)
CODES = ("Case.number", "Client.pseudonym", "GroupClaim.number", "HelpRequest.receipt")


def special(invent: Inventor) -> Special:
    def code(value: str, row) -> str:
        prefix, dash, signs = value.partition("-")
        return f"{prefix}{dash}{invent.signs(signs, ALPHABET)}"

    return Special(fields=dict.fromkeys(EMPTY, lambda value, row: "") | dict.fromkeys(CODES, code))
