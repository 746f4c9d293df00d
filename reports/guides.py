from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.guides import Step, tell

tell(
    Role.ANALYST,
    Step(
        _("Prepare a report"),
        "admin:reports_edition_changelist",
        press=("Prepare an edition", "Build what is missing"),
        do=_("Press “{0}”, choose report and period; afterwards press “{1}”."),
        see=_("The draft in each language, with the figures as they are known today."),
        wrong=_("A section that cannot be built says what it lacks; the others stand."),
    ),
    Step(
        _("Answer comments on a draft"),
        "admin:reports_edition_changelist",
        press=("Answer a comment",),
        do=_("Open the draft and press “{0}” for each."),
        see=_("Nobody can approve before every comment has its answer."),
        wrong=_("If a figure is wrong, correct the source and build the draft again."),
    ),
)

tell(
    Role.DECISION_MAKER,
    Step(
        _("Approve a report"),
        "admin:reports_edition_changelist",
        press=("Approve a language",),
        do=_("Read the draft in each language and press “{0}”."),
        see=_("When every language is approved, it can be published."),
        wrong=_("Not right yet? Write a comment; the analyst answers it."),
    ),
    Step(
        _("Publish a report"),
        "admin:reports_edition_changelist",
        press=("Publish",),
        do=_("Press “{0}”, now or with an embargo."),
        see=_("The report is open to everyone, and those who subscribed get a letter."),
        wrong=_("A mistake after publication is mended by an erratum that everyone can see."),
    ),
)
