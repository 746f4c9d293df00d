"""Whole sentences and labels of reports, by code. Translators see sentences, never fragments.

A translator reviews each as a template: the order of words is free, a count brings its plural forms, and a change
comes in the case that "rose by" asks for (`quantities.BY`).
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.enums import State
from cases.enums import CaseType
from monitoring.enums import Horizon, Outcome, Stage
from monitoring.units import UNITS
from pensions.enums.issuing import MovementKind

# A sentence with a count is asked for its plural form; %(name)s places are filled with formatted values.
SENTENCES = {
    "period": _("This report covers %(period)s."),
    "gates_passed": lambda n: ngettext(
        "%(count)s gate was passed on evidence.", "%(count)s gates were passed on evidence.", n
    ),
    "sent_back": lambda n: ngettext(
        "%(count)s measure was sent back to an earlier stage.",
        "%(count)s measures were sent back to an earlier stage.",
        n,
    ),
    "measures_ended": lambda n: ngettext(
        "%(count)s measure ended without reaching its aim.",
        "%(count)s measures ended without reaching their aim.",
        n,
    ),
    "lessons": lambda n: ngettext(
        "%(count)s lesson was written down.", "%(count)s lessons were written down.", n
    ),
    "measures_total": lambda n: ngettext(
        "%(count)s measure is followed.", "%(count)s measures are followed.", n
    ),
    "no_decisions": _("No gate decided anything in this period."),
    "own_year": _("Yearly figures stand with the last year for which they are known."),
    "corridors_shown": _("%(indicator)s, %(period)s: the largest corridors (%(count)s of %(all)s)."),
    "empty_section": _("There are no figures for this period yet."),
    "erratum": _("This edition corrects edition %(number)s, published on %(date)s."),
    "erratum_reason": _("Why: %(reason)s"),
    "no_value_changed": _("No figure is another than before."),
    "measures_achieved": lambda n: ngettext(
        "%(count)s measure reached its aim.", "%(count)s measures reached their aim.", n
    ),
    "trend_rose": _("%(indicator)s: up by %(change)s, now %(value)s."),
    "trend_fell": _("%(indicator)s: down by %(change)s, now %(value)s."),
    "trend_same": _("%(indicator)s: unchanged, %(value)s."),
    "trend_first": _("%(indicator)s: %(value)s; there is no earlier value to compare with."),
    "trend_withheld": _("%(indicator)s: withheld to protect persons."),
    "trend_not_yet_due": _("%(indicator)s: not yet due."),
    "trend_missing": _("%(indicator)s: no data."),
    "trend_not_applicable": _("%(indicator)s: not applicable."),
    "all_withheld": _("All figures of this section are withheld to protect persons."),
    "no_targets": _("No indicator has approved targets yet."),
    "targets_reached": lambda n: ngettext(
        "Of the indicators with targets, %(count)s is on its path (of %(all)s).",
        "Of the indicators with targets, %(count)s are on their path (of %(all)s).",
        n,
    ),
    "alerts_waiting": lambda n: ngettext(
        "%(count)s alert waits for an answer.", "%(count)s alerts wait for an answer.", n
    ),
    "no_consultations": _("No public discussion was open in this period."),
    "comments_unanswered": lambda n: ngettext(
        "%(count)s comment has not been answered yet.", "%(count)s comments have not been answered yet.", n
    ),
    "no_pilots": _("No pilot was registered or analysed in this period."),
    "finding": "%(measure)s. %(finding)s",
    "no_emergency": _("No measure runs on the emergency track."),
    "emergency_running": lambda n: ngettext(
        "%(count)s measure runs by emergency order, without research and pilot.",
        "%(count)s measures run by emergency order, without research and pilot.",
        n,
    ),
    "emergency_over": lambda n: ngettext(
        "%(count)s emergency measure is past its last day.",
        "%(count)s emergency measures are past their last day.",
        n,
    ),
    "no_blanks_moved": _("No blank forms moved in this period."),
    "blanks_gone": lambda n: ngettext(
        "%(count)s blank form was lost or stolen.", "%(count)s blank forms were lost or stolen.", n
    ),
    "nothing_carried": _("No measure was carried over into a later horizon in this period."),
}

# Said instead when the count is nought.
NONE = {
    "gates_passed": _("No gate was passed."),
    "measures_achieved": _("No measure reached its aim."),
    "sent_back": _("No measure was sent back to an earlier stage."),
    "measures_ended": _("No measure ended without reaching its aim."),
    "lessons": _("No lesson was written down."),
    "alerts_waiting": _("No alert waits for an answer."),
    "comments_unanswered": _("Every comment has been answered."),
    "blanks_gone": _("No blank form was lost or stolen."),
}

SECTIONS = {
    "changes": _("What this edition corrects"),
    "summary": _("Achievements and shortcomings"),
    "measures": _("Measures and their gates"),
    "context": _("Migration and the economy"),
    "corridors": _("Migration corridors"),
    "registry": _("Registry and contributions"),
    "cases": _("People in trouble"),
    "carried_over": _("Carried over"),
    "certificates": _("Certificates"),
    "blanks": _("Blank forms"),
    "targets": _("Targets"),
    "consultations": _("Public discussions"),
    "pilots": _("Pilots and what they found"),
    "emergency": _("Emergency measures"),
}

STATES = {
    "withheld": _("withheld to protect persons"),
    "missing": _("no data"),
    "not_applicable": _("not applicable"),
    "not_yet_due": _("not yet due"),
    "absent": _("not in the edition"),
}

LABELS = {
    "horizon": _("Horizon"),
    "total": _("Total"),
    "measure": _("Measure"),
    "measures": _("Measures"),
    "title": _("Title"),
    "stage": _("Stage"),
    "outcome": _("Decision"),
    "date": _("Date"),
    "indicator": _("Indicator"),
    "value": _("Value"),
    "year": _("Year"),
    "unit": _("Unit"),
    "part": _("Of which"),
    "section": _("Section"),
    "edition.none": _("not begun"),
    "table": _("Table"),
    "row": _("Row"),
    "column": _("Column"),
    "before": _("Before"),
    "after": _("Now"),
    "changes": _("Values that are others now"),
    "sentence.gates_passed": _("Gates passed"),
    "sentence.sent_back": _("Measures sent back"),
    "sentence.measures_ended": _("Measures that ended"),
    "sentence.lessons": _("Lessons written down"),
    "sentence.measures_total": _("Measures followed"),
    "from": pgettext_lazy("horizon", "From"),
    "to": pgettext_lazy("horizon", "To"),
    "board": _("Measures by horizon and stage"),
    "chain_board": _("Where the measures stand in the chain"),
    "told": _("Value"),
    "path": _("Path to the target"),
    "first_told": _("As first published"),
    "decisions": _("Decisions of the period"),
    "context": _("Yearly series"),
    "registry": _("Registry"),
    "cases": _("Cases"),
    "carried_over": _("Carried over"),
    "certificates": _("Certificates"),
    "blanks": _("Blank forms"),
    "movement": _("Movement"),
    "count": pgettext_lazy("how many", "Number"),
    "targets": _("Indicators with targets"),
    "period": _("Period"),
    "target": _("Target"),
    "gap": _("On its path"),
    "gap.reached": pgettext_lazy("target", "yes"),
    "gap.short": pgettext_lazy("target", "falls short"),
    "gap.unknown": pgettext_lazy("target", "cannot be said"),
    "consultations": _("Public discussions"),
    "opens": pgettext_lazy("discussion", "Opened"),
    "closes": pgettext_lazy("discussion", "Closes"),
    "received": pgettext_lazy("comments", "Received"),
    "answered": pgettext_lazy("comments", "Answered"),
    "taken_up": pgettext_lazy("comments", "Taken up"),
    "pilots_registered": _("Pilots registered"),
    "registered": pgettext_lazy("pilot", "Registered"),
    "units": pgettext_lazy("pilot", "Units"),
    "treated": _("With the measure"),
    "digest": _("Hash of the design"),
    "findings": _("What the pilots found"),
    "pilot_outcome": pgettext_lazy("pilot", "Outcome"),
    "estimate": _("Estimate"),
    "low": _("Lower end"),
    "high": _("Upper end"),
    "observations": _("Observations"),
    "emergency": _("Emergency measures"),
    "since": _("Since"),
    "sunset": _("Ends by itself on"),
    "days_left": _("Days left"),
    "stage.not_started": _("not begun"),
    **{f"unit.{code}": name for code, name in UNITS.items()},
    "unit.percent": "%",
    "SEX.M": _("men"),
    "SEX.F": _("women"),
    "SEX.male": _("men"),
    "SEX.female": _("women"),
    **{f"section.{code}": title for code, title in SECTIONS.items()},
    **{f"horizon.{code}": label for code, label in Horizon.choices},
    **{f"HORIZON.{code}": label for code, label in Horizon.choices},
    **{f"stage.{code}": label for code, label in Stage.choices},
    **{f"outcome.{code}": label for code, label in Outcome.choices},
    **{f"EMPLOYMENT_STATE.{code}": label for code, label in State.choices},
    **{f"movement.{code}": label for code, label in MovementKind.choices},
    **{f"CASE_TYPE.{code}": label for code, label in CaseType.choices},
}
