from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")
    REGISTRY_OFFICIAL = "registry_official", _("registry official")
    REGISTRY_SUPERVISOR = "registry_supervisor", _("registry supervisor")
    EMPLOYER_CLERK = "employer_clerk", _("employer's clerk")
    BLANK_KEEPER = "blank_keeper", _("keeper of blank forms")
    ARCHIVIST = "archivist", _("archivist")
    WORKER = "worker", _("worker")
    CASE_WORKER = "case_worker", _("NGO case worker")
    CASE_SUPERVISOR = "case_supervisor", _("NGO supervisor")
    ANALYST = "analyst", _("analyst")
    DECISION_MAKER = "decision_maker", _("decision maker")
    EXPERT = "expert", _("expert")
    LEGAL_OFFICER = "legal_officer", _("legal officer")
    DISCLOSURE_OFFICER = "disclosure_officer", _("disclosure officer")
    AUDITOR = "auditor", _("auditor")
    PUBLIC = "public", _("anyone")


# Roles whose holders work at a desk in the admin site; a worker and the public have pages of their own.
DESK_ROLES = frozenset(Role) - {Role.WORKER, Role.PUBLIC}


# Who must prove more than a password: whoever works at a desk sees or decides about others.
SECOND_FACTOR_ROLES = DESK_ROLES


class Factor(models.TextChoices):
    """What was shown beside the password."""

    APP = "totp", _("code of an app")
    PASSKEY = "webauthn", _("passkey")
    RECOVERY_CODE = "recovery_codes", _("recovery code")


class LinkPurpose(models.TextChoices):
    INVITATION = "invitation", _("invitation")
    RESET = "reset", _("new password")


class CodeChannel(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    SMS = "sms", _("to the person's own phone")


class ProposalState(models.TextChoices):
    OPEN = "open", _("to be decided")
    GIVEN = "given", _("given")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


class Channel(models.TextChoices):
    """By which way a person is told that something has happened."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", pgettext_lazy("channel", "text message")


class How(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day, together")
    NEVER = "never", _("never")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("handed over")
    FAILED = "failed", _("did not arrive")
    IN_DOUBT = "in_doubt", _("nobody knows whether it arrived")


class Scope(models.TextChoices):
    """How far a permission reaches. Each model says what a reach means for its rows."""

    ALL = "all", _("everything")
    STATE = "state", _("what concerns the state of the organisation")
    ORGANISATION = "organisation", _("what belongs to the organisation")
    ASSIGNED = "assigned", _("what the person was given a duty for")
    OWN = "own", _("what is the person's own")
    PUBLISHED = "published", _("what is published")


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministry", _("ministry")
    SOCIAL_FUND = "social_fund", _("social fund")
    LABOUR_OFFICE = "labour_office", _("labour office")
    EMPLOYER = "employer", _("employer")
    NGO = "ngo", _("non-governmental organisation")
    RESEARCH = "research", _("research institution")
    STATISTICS = "statistics", _("statistical office")
    PRINTER = "printer", _("printing house")
    DISTRIBUTOR = "distributor", _("distributor of blank forms")
    ARCHIVE = "archive", _("archive")
    OPERATOR = "operator", _("operator of the system")


class State(models.TextChoices):
    """Member states of the union, and others where workers go."""

    AM = "AM", _("Armenia")
    BY = "BY", _("Belarus")
    KZ = "KZ", _("Kazakhstan")
    KG = "KG", _("Kyrgyzstan")
    RU = "RU", _("Russia")
    TJ = "TJ", _("Tajikistan")
    UZ = "UZ", _("Uzbekistan")
    TR = "TR", _("Türkiye")
    KR = "KR", _("South Korea")
    AE = "AE", _("United Arab Emirates")
    DE = "DE", _("Germany")


UNION_STATES = (State.AM, State.BY, State.KZ, State.KG, State.RU)
