"""Whole sentences and labels of reports, by code. Translators see sentences, never fragments."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.enums import State
from cases.enums import CaseType
from monitoring.enums import Horizon, Outcome, Stage

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
    "empty_section": _("There are no figures for this period yet."),
    "erratum": _("This edition corrects edition %(number)s, published on %(date)s."),
    "erratum_reason": _("Why: %(reason)s"),
    "no_value_changed": _("No figure is another than before."),
    "nothing_carried": _("No measure was carried over into a later horizon in this period."),
}

SECTIONS = {
    "changes": _("What this edition corrects"),
    "summary": _("Achievements and shortcomings"),
    "measures": _("Measures and their gates"),
    "context": _("Migration and the economy"),
    "registry": _("Registry and contributions"),
    "cases": _("People in trouble"),
    "carried_over": _("Carried over"),
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
    "measures_by_horizon": _("Measures by horizon"),
    "decisions": _("Decisions of the period"),
    "context": _("Yearly series"),
    "registry": _("Registry"),
    "cases": _("Cases"),
    "carried_over": _("Carried over"),
    "stage.not_started": _("not begun"),
    "unit.percent": "%",
    "unit.persons": _("persons"),
    "unit.months": pgettext_lazy("unit", "months"),
    "unit.RUB": _("roubles"),
    "unit.USD": _("US dollars"),
    "unit.USD/persons": _("US dollars per person"),
    "unit.KGS/RUB": _("som for a rouble"),
    "unit.cases": _("cases"),
    "unit.certificates": _("certificates"),
    "unit.measures": _("measures"),
    "unit.decisions": _("decisions"),
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
    **{f"CASE_TYPE.{code}": label for code, label in CaseType.choices},
}
