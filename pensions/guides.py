from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.guides import Step, tell

tell(
    Role.REGISTRY_OFFICIAL,
    Step(
        _("Register a worker"),
        "admin:pensions_worker_changelist",
        press=("Register a worker",),
        do=_(
            "Search for the person first, by name or number. If nobody is found, press “{0}” and copy the passport."
        ),
        see=_("The record of the person, still without work."),
        wrong=_("If the number stands in another record already, open that one: it is the same person."),
    ),
    Step(
        _("Let a worker see the own record"),
        "admin:pensions_worker_changelist",
        press=("Give an entry code",),
        do=_("Look at the passport, open the record and press “{0}”. Hand the code over in person."),
        see=_("The worker signs in with the code and chooses a password or a passkey."),
        wrong=_("A code works once and for a short time. Give a new one when it is over."),
    ),
    Step(
        _("Take in a file of work records"),
        "admin:pensions_workrecordimport_changelist",
        press=("Upload a file", "Apply"),
        do=_("Press “{0}”. When the file is checked, read the counts and the problems, then press “{1}”."),
        see=_("How many rows were recorded, and how many were rejected."),
        wrong=_("Download the rejected rows, each with its reason, correct them and send the file again."),
    ),
    Step(
        _("Confirm periods of work"),
        "admin:pensions_employmentperiod_changelist",
        press=("Confirm the periods of an employer",),
        do=_("Choose what is declared only, compare it with the papers, and press “{0}”."),
        see=_("Confirmed periods count in full for a pension."),
        wrong=_("A period that is wrong is not changed but corrected by a new entry; both stay visible."),
    ),
    Step(
        _("Clear up what does not fit"),
        "admin:pensions_finding_changelist",
        press=("Take these findings myself", "Explain"),
        do=_(
            "Mark findings and choose “{0}”. Correct the data, or press “{1}” if they are right as they are."
        ),
        see=_("A finding goes away by itself at night once the data are right."),
        wrong=_("If only the employer knows, let the question stand: the employer sees it and can answer."),
    ),
    Step(
        _("Answer a worker who says that something is wrong"),
        "admin:pensions_correctionrequest_changelist",
        press=("Take this myself", "Ask the worker"),
        do=_("Press “{0}”, look into the papers; if one is missing, press “{1}”."),
        see=_("The worker reads every step and your answer on the own page."),
        wrong=_("Nothing is refused without a reason that the worker can understand."),
    ),
    Step(
        _("Issue a certificate"),
        "admin:pensions_certificate_changelist",
        press=("Draft a certificate", "Issue on a blank form"),
        do=_("Press “{0}”, read the draft with the worker, then press “{1}”."),
        see=_("A document with a code that anyone can check."),
        wrong=_("A certificate is never changed. With a mistake in it, it is replaced by a new one."),
    ),
    Step(
        _("Ask another state to confirm periods"),
        "admin:pensions_sentrequest_changelist",
        press=("Ask an institution to confirm periods",),
        do=_("Press “{0}” and choose the person, the state and the periods."),
        see=_("The request with the day by which the answer is due."),
        wrong=_("If the day passes, your first page tells you so; ask again from the request."),
    ),
)

tell(
    Role.EMPLOYER_CLERK,
    Step(
        _("See who is recorded with you"),
        "pensions:employer_people",
        do=_("Look through the list, or search by name."),
        see=_("Your people, since when and until when they work for you."),
        wrong=_("Somebody is missing? Send a file with that person; nobody is added by hand."),
    ),
    Step(
        _("Report people and months"),
        "pensions:employer_upload",
        title="Send a file",
        press=("Send",),
        do=_("Choose your own table and press “{0}”. The columns may have your own names."),
        see=_("The file is read and checked. An official looks at it before anything is recorded."),
        wrong=_(
            "If a column is not known, you are asked once what it means; the answer is kept for the next file."
        ),
    ),
    Step(
        _("Correct rows that were rejected"),
        "pensions:employer_files",
        press=("Download the rejected rows with the reasons",),
        do=_("Open the file and press “{0}”. Correct those rows and send them."),
        see=_("Only the rejected rows, each with its reason."),
        wrong=_("Do not fear to send a row twice: it is recorded once."),
    ),
    Step(
        _("See which months are missing"),
        "pensions:employer_months",
        press=("People and months of a year",),
        do=_("Look at the table, or press “{0}” to see everybody at once."),
        see=_("For each month how many worked, and for how many it is reported."),
        wrong=_("A month stays open until a file for it is recorded; look at the file's page first."),
    ),
    Step(
        _("Answer what the office asks"),
        "pensions:employer_asks",
        press=("Send the answer",),
        do=_("Open a question, write what you know or add a document, and press “{0}”."),
        see=_("The question stays open until the data are right or the office accepts the answer."),
        wrong=_("If the data are wrong, an answer alone does not mend them: send a corrected file."),
    ),
    Step(
        _("Answer a worker's demand for a certificate"),
        "pensions:employer_demands",
        press=("We have seen it",),
        do=_("Open the demand and press “{0}”, then issue the certificate. It is free of charge."),
        see=_("The demand is answered by the issue itself."),
        wrong=_("If you refuse, say why. The worker reads it and can go to the office."),
    ),
    Step(
        _("Issue certificates for many people"),
        "admin:pensions_certificate_changelist",
        press=("Issue for an employer's staff",),
        do=_("Press “{0}”, choose the people and look at the preview."),
        see=_("How far it has come; one that cannot be issued says why and does not stop the others."),
        wrong=_("If it was interrupted, let it go on with the rest: nothing is issued twice."),
    ),
)

tell(
    Role.WORKER,
    Step(
        _("See all my work on one page"),
        "pensions:my_home",
        do=_("Look at the strips: one for each state where you have worked."),
        see=_("How long you worked, all states together, and what it means for a pension."),
        wrong=_("If your record is not connected with you yet, go to the social fund with your passport."),
    ),
    Step(
        _("Read every period, or take it with me"),
        "pensions:my_record",
        do=_("Go through the years. Below you can download everything."),
        see=_("Each employer with the days, and whether the period is confirmed."),
        wrong=_("If a period is missing or wrong, say so; the next steps tell how."),
    ),
    Step(
        _("Say that something is wrong"),
        "pensions:my_corrections",
        press=("Send to the office",),
        do=_("Choose what is wrong, write it in your own words, add a photo of a paper, and press “{0}”."),
        see=_("Every step of the office, and its answer. Employers do not see it."),
        wrong=_("If you do not agree with the answer, send a new request or ask an organisation for help."),
    ),
    Step(
        _("Ask an employer for a certificate"),
        "pensions:my_demands",
        press=("Register the demand", "Let the employer know"),
        do=_("Choose the work and press “{0}”. Press “{1}” only if asking cannot harm you."),
        see=_("The day by which the employer has to answer."),
        wrong=_("No answer? Take the statement of silence: it proves that you asked."),
    ),
    Step(
        _("Show a certificate"),
        "pensions:my_certificates",
        press=("Show it by a link, or take it into a wallet",),
        do=_("Press “{0}” and choose how much the reader may see and for how long."),
        see=_("A link and a code to show on the telephone."),
        wrong=_("You can take a link back at any time; then it opens nothing."),
    ),
    Step(
        _("See who has looked at my record"),
        "pensions:my_readers",
        do=_("Read the list: who, from which office, when and why."),
        see=_("Every look, also a look by mistake."),
        wrong=_("If you do not know why somebody looked, ask the office or an organisation that helps."),
    ),
    Step(
        _("Claim a pension in several states at once"),
        "pensions:my_claims",
        press=("File the claim",),
        do=_("Check the states and press “{0}”."),
        see=_("What each state has decided, as soon as it has."),
        wrong=_(
            "Each state decides by its own law. Against a decision you turn to that state; the decision says how."
        ),
    ),
    Step(
        _("Ask for help"),
        "cases:help",
        press=("Send",),
        do=_("Say in a few words what happened and how one may reach you safely, and press “{0}”."),
        see=_("A number. Keep it: with it you can ask how things stand."),
        wrong=_("In danger call 112. No employer and no ministry reads what you write here."),
    ),
)
