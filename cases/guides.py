from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.guides import Step, tell

tell(
    Role.CASE_WORKER,
    Step(
        _("Begin the day"),
        "cases:my_day",
        do=_("Read from top to bottom: what is late stands first."),
        see=_("Requests, terms and steps of plans that are due for you."),
        wrong=_("An empty page means that nothing is due, not that nothing is open: look at the cases, too."),
    ),
    Step(
        _("Take in a request for help"),
        "admin:cases_helprequest_changelist",
        press=("Take it in",),
        do=_("Open the request and press “{0}”."),
        see=_("A case of your own with a number; the request leads to it."),
        wrong=_("If a colleague was faster, the request says so. Never ring outside the safe hours."),
    ),
    Step(
        _("Find out what is needed"),
        "admin:cases_case_changelist",
        press=("Assess", "Add to the plan"),
        do=_(
            "Open the case, press “{0}” and answer what you know; then press “{1}” for each step to be taken."
        ),
        see=_("The risk, and a plan with a day for each step."),
        wrong=_("You may leave answers open and come back; an assessment is added, never written over."),
    ),
    Step(
        _("Keep track of what happens"),
        "admin:cases_case_changelist",
        press=("Write a note", "Add a document"),
        do=_("Press “{0}” after each talk, and “{1}” for papers and photos."),
        see=_("Everything in the order of time, with who wrote it."),
        wrong=_("A note cannot be changed. Write a second one that puts it right."),
    ),
    Step(
        _("Send somebody on to a partner"),
        "admin:cases_case_changelist",
        press=("Record a consent", "Refer to a partner"),
        do=_(
            "Ask first and press “{0}”: what may be shown, to whom, for what. Then press “{1}” and read the preview."
        ),
        see=_("The partner sees the situation, and the name only after accepting."),
        wrong=_("Without a consent nothing is sent. It can be withdrawn at any time."),
    ),
    Step(
        _("Answer a referral to us"),
        "admin:cases_referral_changelist",
        press=("Confirm receipt", "Accept", "Decline"),
        do=_("Press “{0}” at once, then “{1}” or “{2}”."),
        see=_("After accepting, the name and the way to reach the person."),
        wrong=_("If you decline, say why, so that the partner can look for somebody else in time."),
    ),
    Step(
        _("Work without a connection"),
        "cases:field",
        do=_("Before you leave, open this page with a connection, choose a PIN and take the cases with you."),
        see=_(
            "Your cases on the telephone; what you write waits there and is sent when there is a connection."
        ),
        wrong=_("Lost the telephone? Tell your supervisor: it is emptied from the list of telephones."),
    ),
    Step(
        _("Close a case"),
        "admin:cases_case_changelist",
        press=("Propose the closure", "Close the case"),
        do=_("Press “{0}” or “{1}”, whichever your organisation works with, and say how it ended."),
        see=_("The case with its outcome; its figures count without names."),
        wrong=_("It can be opened again when trouble comes back."),
    ),
)
