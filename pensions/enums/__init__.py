from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")


class WorkerState(models.TextChoices):
    REPORTED = "reported", _("reported by a relative")
    INCOMPLETE = "incomplete", _("incomplete")
    REGISTERED = "registered", _("registered")
    ARCHIVED = "archived", _("archived")


class IdentifierKind(models.TextChoices):
    """Numbers of natural persons; the state stands in front, since numbers of two states look alike."""

    KG_PIN = "KG-PIN", _("Kyrgyz personal number (PIN)")
    RU_SNILS = "RU-SNILS", _("Russian insurance number (SNILS)")
    RU_INN = "RU-INN", _("Russian taxpayer number (INN)")
    KZ_IIN = "KZ-IIN", _("Kazakh individual number (IIN)")
    BY_PERSONAL = "BY-PERSONAL", _("Belarusian personal number")
    AM_PSN = "AM-PSN", _("Armenian public services number")
    UZ_PINFL = "UZ-PINFL", _("Uzbek personal number (PINFL)")


class Relation(models.TextChoices):
    """Who reports a person that is away."""

    SPOUSE = "spouse", _("spouse")
    PARENT = "parent", _("parent")
    CHILD = "child", _("child")
    SIBLING = "sibling", _("brother or sister")
    RELATIVE = "relative", _("another relative")
    OTHER = "other", _("not a relative")


class DocumentKind(models.TextChoices):
    PASSPORT = "passport", _("passport for travel abroad")
    ID_CARD = "id_card", _("identity card")
    RESIDENCE = "residence", _("residence permit")
    OTHER = "other", _("another document")


class PairState(models.TextChoices):
    """Where the question stands whether two records are one person."""

    WAITING = "waiting", _("waiting for a decision")
    ASKED = "asked", _("asked the person or an office")
    SAME = "same", _("one person, merged")
    DIFFERENT = "different", _("two persons")


class MergeKind(models.TextChoices):
    MERGE = "merge", _("merged")
    PART = "part", _("parted")


class EmployerIdentifierKind(models.TextChoices):
    RU_INN = "RU-INN", _("Russian taxpayer number (INN)")
    RU_OGRN = "RU-OGRN", _("Russian registration number (OGRN)")
    RU_KPP = "RU-KPP", _("Russian code of the reason for registration (KPP)")
    RU_SFR = "RU-SFR", _("number in the Russian Social Fund")
    KG_INN = "KG-INN", _("Kyrgyz taxpayer number (INN)")
    KZ_BIN = "KZ-BIN", _("Kazakh business number (BIN)")
    BY_UNP = "BY-UNP", _("Belarusian payer's number (UNP)")
    AM_TIN = "AM-TIN", _("Armenian taxpayer number")
    TR_VKN = "TR-VKN", _("Turkish taxpayer number (VKN)")
    KR_BRN = "KR-BRN", _("Korean business number (BRN)")
    UZ_INN = "UZ-INN", _("Uzbek taxpayer number (INN)")
    TJ_INN = "TJ-INN", _("Tajik taxpayer number (INN)")


class SuccessionKind(models.TextChoices):
    """How one employer took the place of another."""

    MERGER = "merger", _("merger")
    ACCESSION = "accession", _("joined to another")
    DIVISION = "division", _("division")
    SEPARATION = "separation", _("part of it separated")
    TRANSFORMATION = "transformation", _("change of legal form")


class Scheme(models.TextChoices):
    """Tables of codes that records refer to."""

    ISCO08 = "isco08", _("occupations (ISCO-08)")
    ISIC4 = "isic4", _("industries (ISIC rev. 4)")
    GCED = "gced", _("industries (Kyrgyz GCED, Russian OKVED 2)")
    KG_UNITS = "kg_units", _("Kyrgyz administrative units")


class EventKind(models.TextChoices):
    """What opens or closes a period in a work record."""

    HIRE = "hire", _("hire")
    TRANSFER = "transfer", _("transfer")
    RENAME = "rename", _("employer renamed")
    GRADE = "grade", _("qualification granted")
    DISMISSAL = "dismissal", _("dismissal")
    BAN = "ban", _("ban on holding a position")
    SUSPENSION = "suspension", _("suspension")
    RESUMPTION = "resumption", _("resumption")
    CIVIL_START = "civil_start", _("start of a civil contract")
    CIVIL_END = "civil_end", _("end of a civil contract")


class LegalBasis(models.TextChoices):
    EMPLOYMENT = "employment", _("employment contract")
    CIVIL_CONTRACT = "civil_contract", _("civil contract")
    SELF_EMPLOYED = "self_employed", _("self-employment")
    VOLUNTARY = "voluntary", _("voluntary insurance")
    EQUIVALENT = "equivalent", _("equivalent period")


class DayScheme(models.TextChoices):
    CALENDAR = "calendar", _("calendar days")
    FIVE = "5-day", _("five-day week")
    SIX = "6-day", _("six-day week")
    SEVEN = "7-day", _("seven-day week")


class Fund(models.TextChoices):
    """Where a contribution goes. What was earned stands on the insurance row alone, so that sums count it once."""

    INSURANCE = "insurance", _("insurance pension")
    FUNDED = "funded", _("funded pension")
    EMPLOYER_FUNDED = "employer_funded", _("funded pension, paid by the employer")
    OCCUPATIONAL = "occupational", _("occupational pension")


class EvidenceStatus(models.TextChoices):
    DECLARED = "declared", _("declared")
    CONFIRMED = "confirmed", _("confirmed")
    DISPUTED = "disputed", _("disputed")


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("waiting for a decision")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")


class ErasureState(models.TextChoices):
    """Where a request to erase a person stands; only `erased` has changed the record."""

    OPEN = "open", pgettext_lazy("erasure", "waits for a second person")
    ERASED = "erased", pgettext_lazy("erasure", "erased")
    REFUSED = "refused", pgettext_lazy("erasure", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("erasure", "taken back")
    LAPSED = "lapsed", pgettext_lazy("erasure", "not decided in time")


class RowState(models.TextChoices):
    """Where one row of a file stands."""

    READY = "ready", _("ready")
    WAITING = "waiting", _("waits for its worker")
    KNOWN = "known", _("in the record already")
    REJECTED = "rejected", _("rejected")
    APPLIED = "applied", _("applied")


class RowKind(models.TextChoices):
    """As on the forms of the social funds: first report, correction, withdrawal."""

    ORIGINAL = "original", _("first report")
    CORRECTION = "correction", _("correction")
    WITHDRAWAL = "withdrawal", _("withdrawal")


class ProposalKind(models.TextChoices):
    """What a legal officer proposes for the law."""

    VALUE = "value", _("new value")
    VERIFICATION = "verification", _("verification")
