from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Horizon(models.TextChoices):
    SHORT = "short", _("short term")
    MEDIUM = "medium", _("medium term")
    LONG = "long", _("long term")
    CROSS = "cross", _("across all terms")


class Area(models.TextChoices):
    RIGHTS = "rights", _("rights of migrants")
    DOCUMENTS = "documents", _("documents and registration")
    PUBLIC_ATTITUDES = "public_attitudes", _("attitudes towards migrants")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    INFORMATION = "information", _("information")
    HEALTH = "health", _("medical care")
    FAMILIES = "families", _("families of migrants")
    PENSIONS = "pensions", _("pensions and seniority")
    MONITORING = "monitoring", _("monitoring")
    FINANCE = "finance", _("finance")
    EDUCATION = "education", _("education")
    JOBS = "jobs", _("jobs at home")
    COMMON_POLICY = "common_policy", _("common migration policy")
    INVESTMENT = "investment", _("investment")
    INTERNAL_MIGRATION = "internal_migration", _("internal migration")
    ECONOMY = "economy", _("economy")


class Basis(models.TextChoices):
    """Where words or a name come from."""

    STUDY = "study", _("as the study says")
    PARAPHRASE = "paraphrase", _("shortened from the study")
    TRANSLATED = "translated", _("translated, to be reviewed")
    INFERRED = "inferred", _("inferred, to be confirmed")
    OWN = "own", _("written by the owner")


class MeasureState(models.TextChoices):
    OPEN = "open", _("in the chain")
    ACHIEVED = "achieved", _("achieved")
    STOPPED = "stopped", _("stopped")
    OVERTAKEN = "overtaken", _("overtaken by events")
    SUSPENDED = "suspended", _("suspended")
    CARRIED_OVER = "carried_over", _("carried over")


class Stage(models.TextChoices):
    INTAKE = "intake", _("intake")
    RESEARCH = "research", _("research")
    EXPERT_DISCUSSION = "expert_discussion", _("expert discussion")
    PUBLIC_DISCUSSION = "public_discussion", _("public discussion")
    PILOT = "pilot", _("pilot")
    PILOT_RESEARCH = "pilot_research", _("research on the pilot")
    EFFECTS_DISCUSSION = "effects_discussion", _("expert discussion of the effects")
    FULL_IMPLEMENTATION = "full_implementation", _("full implementation")
    PERFORMANCE_MONITORING = "performance_monitoring", _("performance monitoring")


class Outcome(models.TextChoices):
    GO = "go", _("go on")
    GO_WITH_CONDITIONS = "go_with_conditions", _("go on, with conditions")
    LOOP = "loop", _("go back")
    STOP = "stop", _("stop")
    SUSPEND = "suspend", _("suspend")
    ACHIEVE = "achieve", _("close as achieved")
    OVERTAKE = "overtake", _("close as overtaken by events")


class Track(models.TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    EMERGENCY = "emergency", _("emergency")


class DisclosureClass(models.TextChoices):
    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("for participants of the chain")
    RESTRICTED = "restricted", _("restricted")


class ConsultationKind(models.TextChoices):
    EXPERT = "expert", _("expert panel")
    PUBLIC = "public", _("public consultation")


class CommentChannel(models.TextChoices):
    WEB = "web", _("web page")
    PAPER = "paper", _("paper")
    TELEPHONE = "telephone", _("telephone")
    MEETING = "meeting", _("meeting")


class CommentTopic(models.TextChoices):
    SUPPORT = "support", _("supports")
    OBJECTION = "objection", _("objects")
    QUESTION = "question", _("asks")
    PROPOSAL = "proposal", _("proposes")
    OFF_TOPIC = "off_topic", _("not about the measure")


class Moderation(models.TextChoices):
    WAITING = "waiting", _("waiting for a moderator")
    SHOWN = "shown", _("shown")
    HIDDEN = "hidden", _("not shown")


class ValueState(models.TextChoices):
    VALUE = "value", _("value")
    MISSING = "missing", _("missing")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    SUPPRESSED = "suppressed", _("withheld to protect persons")
    NOT_YET_DUE = "not_yet_due", _("not yet due")


class ItemKind(models.TextChoices):
    FLOW = "flow", _("events of a period")
    STOCK = "stock", _("state at the end of a period")
    RATE = "rate", _("ready-made rate")
    RECORDS = "records", _("distribution")


class ItemBasis(models.TextChoices):
    """Figures of different bases are never mixed in one series."""

    REGISTERED = "registered", _("registered")
    SURVEY = "survey", _("survey")
    MODELLED = "modelled", _("modelled")
    BY_BIRTH = "by_birth", _("by country of birth")
    OFFICIAL = "official", _("official statistics")


class ItemOrigin(models.TextChoices):
    DATASET = "dataset", _("statistical file")
    REGISTRY = "registry", _("registry")
    CERTIFICATES = "certificates", _("certificates")
    CASES = "cases", _("cases")
    CHAIN = "chain", _("monitoring chain")


class ReleaseChannel(models.TextChoices):
    FIGURES = "figures", _("figures and open data")
    EDITION = "edition", _("edition of a report")


class SubmissionState(models.TextChoices):
    OPEN = "open", _("open")
    SUBMITTED = "submitted", _("submitted")
    VALIDATED = "validated", _("validated")
    APPROVED = "approved", _("approved")
    LOCKED = "locked", _("locked")
    PUBLISHED = "published", _("published")


class RuleKind(models.TextChoices):
    """What is asked of the figures of a file; the last four need no rule."""

    RANGE = "range", _("within bounds")
    SUM = "sum", _("parts make up the total")
    CHANGE = "change", _("change against the period before")
    REQUIRED = "required", _("required cells")
    ZERO = "zero", _("zero and missing")
    CODE = "code", _("code valid in the period")
    OUTLIER = "outlier", _("unusual growth")
    LOCKED = "locked", _("locked figures")
    READING = "reading", _("readable")


class FindingWeight(models.TextChoices):
    ERROR = "error", _("must be corrected")
    WARNING = "warning", _("to be explained")


class RevisionReason(models.TextChoices):
    LATE_DATA = "late_data", _("late data")
    ERROR = "error", _("error")
    METHOD = "method", _("method")
    RECLASSIFICATION = "reclassification", _("reclassification")
    DEFINITION = "definition", _("definition")
    DISCLOSURE = "disclosure", _("disclosure control")


class Trajectory(models.TextChoices):
    LINEAR = "linear", _("in a straight line")
    STEPS = "steps", _("in steps")


class AlertKind(models.TextChoices):
    ABOVE = "above", _("above the threshold")
    BELOW = "below", _("below the threshold")
    CHANGE = "change", _("changed by more than")
    GAP = "gap", _("off the trajectory by more than")
    OUTLIER = "outlier", _("outlier, in median deviations")
    REVISION = "revision", _("revised by more than")
    UNSETTLED = "unsettled", _("revised by more than usual, in median deviations")
    LATE = "late", _("waiting for its data for more than so many days")
    INCOMPLETE = "incomplete", _("complete to less than so many per cent")
    MISSED = "missed", _("short of a milestone by more than")


class AlertSeverity(models.TextChoices):
    AMBER = "amber", _("amber")
    RED = "red", _("red")


class Direction(models.TextChoices):
    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
    TARGET = "target", _("near the target")
    NONE = "none", _("no direction")


class Tier(models.TextChoices):
    PROCESS = "process", _("process")
    OUTPUT = "output", _("output")
    OUTCOME = "outcome", pgettext_lazy("tier", "outcome")
    RISK = "risk", _("risk")
    CONTEXT = "context", _("context")


class KeyKind(models.TextChoices):
    CONTRIBUTION = "contribution", _("who pays in")
    ALLOCATION = "allocation", _("who receives")


class FundEntryKind(models.TextChoices):
    CONTRIBUTION = "contribution", _("contribution of a state")
    COMMITMENT = "commitment", _("commitment to a project")
    RELEASE = "release", _("commitment given back")
    DISBURSEMENT = "disbursement", _("disbursement to a project")
    REPAYMENT = "repayment", _("repayment by a project")


class ProjectState(models.TextChoices):
    APPROVED = "approved", _("project approved")
    REFUSED = "refused", _("project refused")
    CLOSED = "closed", _("project closed")


class BudgetSource(models.TextChoices):
    STATE = "state", _("state budget")
    FUND = "fund", _("fund of the union")
    DONOR = "donor", _("donor")
    OWN = "own", _("own means")


class RespondentRole(models.TextChoices):
    GOVERNMENT = "government", _("state body")
    UNION = "union", _("body of the union")
    NGO = "ngo", _("non-governmental organisation")
    SCIENCE = "science", _("science")
    BUSINESS = "business", _("business")
    INTERNATIONAL = "international", _("international organisation")


class InterviewMode(models.TextChoices):
    IN_PERSON = "in_person", pgettext_lazy("interview", "in person")
    REMOTE = "remote", _("by telephone or over the internet")


class InterviewConsent(models.TextChoices):
    ANALYSIS = "analysis", _("to be analysed, not quoted")
    QUOTING = "quoting", _("to be quoted without name")


class LegalVerdict(models.TextChoices):
    CONFORMS = "conforms", _("conforms")
    PARTLY = "partly", _("conforms in part")
    CONFLICTS = "conflicts", _("is in conflict")
    SILENT = "silent", _("does not regulate it")


class MilestoneKind(models.TextChoices):
    COVERAGE = "coverage", _("coverage")
    TRAINING = "training", _("training of staff")
    FUNDING = "funding", _("funding")


class ReviewOutcome(models.TextChoices):
    CONTINUE = "continue", _("continue as it is")
    RETARGET = "retarget", _("set other targets")
    LOOP = "loop", _("go back")
    ACHIEVE = "achieve", _("close as achieved")
    STOP = "stop", _("stop")
