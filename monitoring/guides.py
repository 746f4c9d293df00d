from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.guides import Step, tell

tell(
    Role.ANALYST,
    Step(
        _("Bring evidence to a measure"),
        "admin:monitoring_measure_changelist",
        press=("File evidence",),
        do=_("Open the measure, see which criteria of its stage are open, and press “{0}”."),
        see=_("The criterion with its evidence, and what is still missing."),
        wrong=_("A file that was replaced stays readable; evidence is added, never taken away."),
    ),
    Step(
        _("Lay a measure before those who decide"),
        "admin:monitoring_measure_changelist",
        press=("Lay before the gate",),
        do=_("When every criterion has its evidence, press “{0}”."),
        see=_("The gate waits for a decision; the decision comes with its reasons."),
        wrong=_("If it is not possible yet, the page names the criteria that are open."),
    ),
    Step(
        _("Hold a public discussion"),
        "admin:monitoring_consultation_changelist",
        press=("Answer comments",),
        do=_(
            "It is opened from its measure. Read what people write and press “{0}”: one answer may serve many."
        ),
        see=_("Comments with their answers, open to everyone."),
        wrong=_("A comment is hidden only with a reason that is published."),
    ),
    Step(
        _("Lead a study"),
        "admin:monitoring_study_changelist",
        press=("Begin a study",),
        do=_("Press “{0}”, choose the measure and write down the method before the first interview."),
        see=_("Guide, interviews, themes and quotations in one place."),
        wrong=_("If an expert takes the consent back, the interview is destroyed; the study says so."),
    ),
    Step(
        _("Compute an indicator"),
        "admin:monitoring_indicator_changelist",
        press=("Compute a period",),
        do=_("Open the indicator, press “{0}” and name the period."),
        see=_("The figure with everything it was computed from."),
        wrong=_("Where data are missing, it says “cannot be computed” and names them; nothing is guessed."),
    ),
    Step(
        _("Take in figures of another office"),
        "admin:monitoring_submission_changelist",
        press=("Load a file of figures",),
        do=_("Press “{0}”, choose the data item and the file, and look at the preview."),
        see=_("What is new, what changed and what was refused, row by row."),
        wrong=_("A revision keeps the old figures: earlier reports can still be repeated."),
    ),
)

tell(
    Role.DECISION_MAKER,
    Step(
        _("Decide whether a measure goes on"),
        "admin:monitoring_measure_changelist",
        press=("Decide",),
        do=_("Open a measure that waits, read the evidence, press “{0}” and give your reasons."),
        see=_(
            "The measure goes on, goes back or ends; conditions get a day and somebody who answers for them."
        ),
        wrong=_("A decision is not changed. A new one follows it, with its own reasons."),
    ),
    Step(
        _("Go on although a criterion is open"),
        "admin:monitoring_measure_changelist",
        press=("Waive a criterion",),
        do=_("Press “{0}”, say why and until when it has to be made good."),
        see=_("The waiver stands in the measure for everyone to read."),
        wrong=_("What was waived and not made good shows as overdue on your first page."),
    ),
    Step(
        _("Read what people think"),
        "admin:monitoring_consultation_changelist",
        do=_("Open the discussion of a measure before you decide."),
        see=_("How many commented, what they said and what was answered."),
        wrong=_("If comments have no answer yet, ask the analyst before you decide."),
    ),
    Step(
        _("Approve targets"),
        "admin:monitoring_indicator_changelist",
        press=("Approve targets",),
        do=_("Open the indicator, compare the path with the past and press “{0}”."),
        see=_("From now on each new figure is measured against them."),
        wrong=_("A target that proves wrong is replaced by a new version; the old one stays."),
    ),
    Step(
        _("Answer an alert"),
        "admin:monitoring_indicator_changelist",
        press=("Answer an alert",),
        do=_("Open it from your first page, press “{0}” and say what is done about it."),
        see=_("The alert with your answer; it rings again only if things get worse."),
        wrong=_("If the figure itself is wrong, say so: the analyst looks into it."),
    ),
    Step(
        _("Decide about money of a fund"),
        "admin:monitoring_fundproject_changelist",
        press=("Decide on the application",),
        do=_("Open the application, look at the balance by state and press “{0}”."),
        see=_("The amount that is bound, and what is left."),
        wrong=_("More than there is cannot be given: the page says how much there is."),
    ),
)
