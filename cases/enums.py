from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseType(models.TextChoices):
    UNPAID_WAGES = "unpaid_wages", _("unpaid wages and forced labour")
    DOCUMENTS = "documents", _("documents and registration")
    ENTRY_BAN = "entry_ban", _("entry ban, deportation, detention")
    MEDICAL = "medical", _("medical care and insurance")
    FAMILY = "family", _("family left behind")
    HOSTILITY = "hostility", _("hostility and attacks")
    SENIORITY = "seniority", _("lost proof of seniority, pension claim")
    TRAFFICKING = "trafficking", _("trafficking")
    DEATH = "death", _("death and repatriation")
    OTHER = "other", _("something else")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    TRANSFERRED = "transferred", _("transferred")
    DUPLICATE = "duplicate", _("duplicate")


class Step(models.TextChoices):
    REGISTRATION = "registration", _("registration")
    ASSESSMENT = "assessment", _("assessment")
    CASE_PLAN = "case_plan", _("case plan")
    IMPLEMENTATION = "implementation", _("implementation")
    FOLLOW_UP = "follow_up", _("follow-up")
    CLOSURE = "closure", _("closure")


class RiskLevel(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")
    CRITICAL = "critical", _("critical")


class RequestState(models.TextChoices):
    NEW = "new", _("new")
    TAKEN = "taken", _("taken in")
    DECLINED = "declined", _("declined")


class ContactChannel(models.TextChoices):
    CALL = "call", _("telephone call")
    MESSAGE = "message", _("text message")
    EMAIL = "email", _("e-mail")
    NONE = "none", _("do not contact me; I will come back")


class ServiceKind(models.TextChoices):
    LEGAL = "legal_assistance", _("legal assistance")
    NEGOTIATION = "negotiation", _("talks with the employer")
    COMPLAINT = "complaint", _("complaint to an authority")
    COURT = "court", _("court")
    MEDICAL = "health_medical", _("medical care")
    SHELTER = "safehouse", _("shelter")
    PSYCHOSOCIAL = "psychosocial", _("psychosocial support")
    DOCUMENTS = "documents", _("help with documents")
    RETURN = "return", _("return home")
    OTHER = "other", _("other")


class ServiceState(models.TextChoices):
    NOT_IMPLEMENTED = "not_implemented", _("to be done")
    IMPLEMENTED = "implemented", _("done")
    DROPPED = "dropped", _("dropped")


class ReferralState(models.TextChoices):
    PREPARED = "prepared", _("asked next, if the one before does not help")
    IN_PROGRESS = "in_progress", _("waiting for an answer")
    RECEIVED = "received", _("receipt confirmed")  # a step only: the referral still waits for its answer
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("declined")
    ONWARD = "referred_onward", _("referred onward")  # a step only
    DONE = "done", _("done")
    SILENT = "silent", _("no answer in time")
    REVOKED = "revoked", pgettext_lazy("referral", "withdrawn")


class ConsentField(models.TextChoices):
    """What a consent may name."""

    SITUATION = "situation", _("what happened, in short")
    LANGUAGE = "language", _("language")
    COUNTRY = "country", _("country")
    NAME = "name", pgettext_lazy("person", "name")
    CONTACT = "contact", _("telephone or e-mail")
    SAFE_CONTACT = "safe_contact", _("how and when it is safe to make contact")
    CLAIMED = "claimed", _("sum claimed")
    RESPONDENT = "respondent", _("whom the complaint is about")


class Outcome(models.TextChoices):
    RESOLVED = "resolved", _("resolved")
    PARTLY_RESOLVED = "partly_resolved", _("partly resolved")
    NOT_RESOLVED = "not_resolved", _("not resolved")
    REPATRIATED = "repatriated", _("returned home")
    LOST_CONTACT = "lost_contact", _("contact lost")
    REFUSED_SERVICE = "refused_service", _("the client declined further help")
    TRANSFERRED = "transferred", pgettext_lazy("case", "handed over")
    OTHER = "other", _("other")


class ApprovalKind(models.TextChoices):
    ASSESSMENT = "assessment", _("assessment")
    CASE_PLAN = "case_plan", _("case plan")


class ConsentUse(models.TextChoices):
    """For what a consent lets something leave; one kind never covers the other."""

    REFERRAL = "referral", _("help from a partner")
    LETTER = "letter", _("a letter or claim in the client's name")


class RespondentKind(models.TextChoices):
    EMPLOYER = "employer", _("employer")
    AGENCY = "agency", _("agency")
    RECRUITER = "recruiter", _("recruiter")
    POLICE = "police", _("police post")
    RELATIVE = "relative", _("relative")
    OTHER = "other", _("other")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("a short text")
    LONG = "long", _("a long text")
    YES_NO = "yes_no", _("yes or no")
    NUMBER = "number", _("a number")
    DATE = "date", _("a date")
    CHOICE = "choice", _("one of several answers")


class IncidentType(models.TextChoices):
    """The six core types of GBVIMS, in the order in which it asks. Domestic violence is a context, never a type."""

    RAPE = "rape", _("rape")
    SEXUAL_ASSAULT = "sexual_assault", _("sexual assault")
    PHYSICAL_ASSAULT = "physical_assault", _("physical assault")
    FORCED_MARRIAGE = "forced_marriage", _("forced marriage")
    DENIAL = "denial_of_resources", _("denial of resources, opportunities or services")
    PSYCHOLOGICAL = "psychological_abuse", _("psychological or emotional abuse")


class IncidentContext(models.TextChoices):
    INTIMATE_PARTNER = "intimate_partner", _("by a husband or partner")
    FAMILY = "family", _("by another member of the family")
    CHILD_ABUSE = "child_sexual_abuse", _("sexual abuse of a child")
    EARLY_MARRIAGE = "early_marriage", _("early marriage")
    BRIDE_KIDNAPPING = "bride_kidnapping", _("bride kidnapping")
    EXPLOITATION = "sexual_exploitation", _("sexual exploitation")
    SLAVERY = "sexual_slavery", _("sexual slavery")


class BanState(models.TextChoices):
    STANDING = "standing", _("it stands")
    LIFTED = "lifted", _("it was lifted")


class Relation(models.TextChoices):
    SPOUSE = "spouse", _("husband or wife")
    CHILD = "child", _("parent and child")
    SIBLING = "sibling", _("brother or sister")
    OTHER = "other", pgettext_lazy("relative", "other")


class ClaimType(models.TextChoices):
    """What a term of the law runs for."""

    WAGES = "wages", _("unpaid wages")
    DISMISSAL = "dismissal", pgettext_lazy("term", "dismissal")
    LABOUR = "labour", _("another labour dispute")
    ENTRY_BAN = "entry_ban", _("appeal against an entry ban")
    EXPULSION = "expulsion", _("appeal against an expulsion")
    AUTHORITY = "authority", _("complaint against an authority")
    PENSION = "pension", _("appeal against the refusal of a pension")
    HEALTH = "health", _("damage to health or life")


class TermStart(models.TextChoices):
    DAY_KNOWN = "day_known", _("the day on which the person learned of it")
    PAYMENT_DAY = "payment_day", _("the day on which it should have been paid")
    COPY_DAY = "copy_day", _("the day on which the copy was handed over")


class TermUnit(models.TextChoices):
    DAYS = "days", pgettext_lazy("term", "calendar days")
    WORKING_DAYS = "working_days", _("working days")
    MONTHS = "months", _("months")
    YEARS = "years", pgettext_lazy("term", "years")


class TermShift(models.TextChoices):
    NEXT_WORKING_DAY = "next_working_day", _("the next working day is in time")
    NONE = "none", _("it stays as it is")


class ClockState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("term", "running")
    SUSPENDED = "suspended", pgettext_lazy("term", "suspended")
    MET = "met", _("done in time")
    DROPPED = "dropped", _("dropped")
