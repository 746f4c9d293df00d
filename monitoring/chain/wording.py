"""The chain in words of the reader: what each kind of evidence is called, and how each criterion stands."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import formatting
from monitoring.enums import MilestoneKind

EVIDENCE = {
    "problem_statement": gettext_lazy("statement of the problem"),
    "source": gettext_lazy("source of the measure"),
    "outcome_indicator": gettext_lazy("indicator of the outcome"),
    "research_report": gettext_lazy("research report with options"),
    "baseline": gettext_lazy("baseline value with its date"),
    "method_and_limits": gettext_lazy("method and its limits"),
    "cost_range": gettext_lazy("range of costs"),
    "groups_affected": gettext_lazy("groups affected, by sex and region"),
    "peer_review": gettext_lazy("peer review"),
    "summary": gettext_lazy("summary in Kyrgyz, Russian and English"),
    "panel_minutes": gettext_lazy("minutes of the expert panel"),
    "response_report": gettext_lazy("report of answers to the comments"),
    "legal_basis": gettext_lazy("legal basis"),
    "complaint_channel": gettext_lazy("way to complain"),
    "budget": gettext_lazy("budget"),
    "fidelity_log": gettext_lazy("log of how the pilot was carried out"),
    "incidents_and_complaints": gettext_lazy("incidents and complaints"),
    "deviations": gettext_lazy("list of deviations from the design"),
    "cost_per_outcome": gettext_lazy("cost per outcome"),
    "expert_minutes_with_dissent": gettext_lazy("minutes of the experts with dissenting opinions"),
    "decision_memo": gettext_lazy("decision memo"),
    "rollout_plan": gettext_lazy("plan of the roll-out"),
    "monitoring_plan": gettext_lazy("monitoring plan"),
    "funding": gettext_lazy("proof of funding"),
    "draft_act": gettext_lazy("draft of the legal act"),
    "act_in_force": gettext_lazy("legal act in force"),
    "coverage_milestones": gettext_lazy("milestones of coverage"),
    "staff_trained": gettext_lazy("record of staff training"),
    "first_monitoring_period": gettext_lazy("figures of the first monitoring period"),
    "period_published": gettext_lazy("published report of the period"),
    "alerts_handled": gettext_lazy("record of how alerts were handled"),
    "list_of_questions": gettext_lazy("list of open questions"),
    "change_note": gettext_lazy("note of what will be different"),
    "incident_report": gettext_lazy("report of an incident of harm"),
    "lesson_note": gettext_lazy("note of the lesson"),
    "pause_order": gettext_lazy("order to pause"),
    "withdrawal_order": gettext_lazy("order to withdraw to the size of the pilot"),
    "alert_record": gettext_lazy("record of an alert"),
    "context_note": gettext_lazy("note on what has changed around the measure"),
}

CHECKS = {
    "titles_in_three_languages": gettext_lazy("title in three languages"),
    "peer_review_by_another": gettext_lazy("peer review by someone who is not an author"),
    "summary_in_three_languages": gettext_lazy("summary in three languages"),
    "panel_quorum": gettext_lazy("quorum of the expert panel"),
    "interests_declared": gettext_lazy("declared interests of the experts"),
    "public_window": gettext_lazy("public discussion long enough and open to all"),
    "all_comments_answered": gettext_lazy("an answer to every comment"),
    "pilot_design_registered": gettext_lazy("registered design of the pilot"),
    "feasibility_computed": gettext_lazy("feasibility of the pilot"),
    "periods_reached": gettext_lazy("planned periods of the pilot"),
    "completeness": gettext_lazy("completeness of the pilot's records"),
    "data_frozen": gettext_lazy("frozen data of the pilot"),
    "analysis_from_freeze": gettext_lazy("analysis of the frozen data"),
    "registered_against_executed": gettext_lazy("comparison of the analysis with the registered design"),
    "no_overdue_conditions": gettext_lazy("no overdue conditions"),
    "milestones_reached": gettext_lazy("milestones of coverage, training and funding"),
    "emergency_evaluated": gettext_lazy("evaluation of the emergency measure"),
    "emergency_in_time": gettext_lazy("last day of the emergency measure"),
}


def evidence_name(type: str) -> str:
    return str(EVIDENCE.get(type, type.replace("_", " ")))


def criterion_name(code: str) -> str:
    return str(CHECKS[code]) if code in CHECKS else evidence_name(code)


Figures = Mapping[str, Any]
_sentences: dict[str, Callable[[bool, Figures], str]] = {}


def sentence(code: str, kind: str, met: bool, figures: Figures) -> str:
    """One sentence that says how a criterion stands, with its figures, in the language of the moment."""
    if kind == "evidence" or code not in _sentences:
        words = _("Filed: %(what)s.") if met else _("Not filed yet: %(what)s.")
        return words % {"what": criterion_name(code)}
    return _sentences[code](met, figures)


def says(code: str):
    def register(function: Callable[[bool, Figures], str]):
        _sentences[code] = function
        return function

    return register


def _languages(codes: list[str]) -> str:
    return formatting.join_list([formatting.language_name(code) for code in codes])


@says("titles_in_three_languages")
def _titles(met, figures):
    if not met:
        return _("The title is missing in: %(languages)s.") % {"languages": _languages(figures["missing"])}
    if figures.get("unreviewed"):
        return _("The title stands in three languages; not reviewed yet: %(languages)s.") % {
            "languages": _languages(figures["unreviewed"])
        }
    return _("The title stands in three languages, all reviewed.")


@says("peer_review_by_another")
def _peer_review(met, figures):
    if met:
        return _("The research was reviewed by someone who did not write it.")
    return _("Nobody but the authors has reviewed the research yet.")


@says("summary_in_three_languages")
def _summary(met, figures):
    if met:
        return _("The summary stands in Kyrgyz, Russian and English.")
    return _("The summary is missing in: %(languages)s.") % {"languages": _languages(figures["missing"])}


@says("panel_quorum")
def _quorum(met, figures):
    words = (
        _("%(present)s experts took part; at least %(needed)s are needed.")
        if met
        else _("Only %(present)s experts took part; at least %(needed)s are needed.")
    )
    return words % figures


@says("interests_declared")
def _interests(met, figures):
    if met:
        return _("Every expert who took part has declared interests.")
    if figures.get("silent"):
        return ngettext(
            "%(silent)s expert has not declared interests.",
            "%(silent)s experts have not declared interests.",
            figures["silent"],
        ) % {"silent": figures["silent"]}
    return _("No expert panel has met yet.")


@says("public_window")
def _window(met, figures):
    if met:
        return _("The public discussion lasted %(days)s days; at least %(needed)s are needed.") % figures
    if not figures.get("days"):
        return _("No public discussion has ended yet; it has to last at least %(needed)s days.") % figures
    if figures["days"] < figures["needed"]:
        return _("The public discussion lasted only %(days)s of %(needed)s days.") % figures
    if not figures["both"]:
        return _("The public discussion was not held in both Kyrgyz and Russian.")
    return _("The public discussion had no way to take part without the internet.")


@says("all_comments_answered")
def _answered(met, figures):
    if not figures.get("received"):
        return _("No comments were received.")
    if met:
        return ngettext(
            "The only comment received is answered.",
            "All %(received)s comments received are answered.",
            figures["received"],
        ) % {"received": figures["received"]}
    return _("%(open)s of %(received)s comments wait for an answer.") % figures


@says("pilot_design_registered")
def _registered(met, figures):
    if met:
        return _("The design of the pilot is registered under the hash %(digest)s.") % figures
    return _("The design of the pilot is not registered yet.")


@says("feasibility_computed")
def _feasible(met, figures):
    if not met:
        return _("It has not been computed yet what the pilot could find.")
    effect = figures["detectable_effect"]
    if effect is None:
        return _("The smallest p-value that the pilot can reach is %(p)s.") % {
            "p": formatting.decimal(figures["smallest_p"], 3)
        }
    return _(
        "The smallest p-value that the pilot can reach is %(p)s; it can detect an effect of %(effect)s."
    ) % {
        "p": formatting.decimal(figures["smallest_p"], 3),
        "effect": formatting.decimal(effect, 2),
    }


@says("periods_reached")
def _periods(met, figures):
    if met:
        return _("All planned periods of the pilot have records.")
    if not figures.get("missing"):
        return _("There is no registered pilot.")
    return _("Periods of the pilot without records: %(periods)s.") % {
        "periods": ", ".join(formatting.period(code) for code in figures["missing"])
    }


@says("completeness")
def _completeness(met, figures):
    if "percent" not in figures:
        return _("There is no registered pilot.")
    return _("The least complete unit has %(percent)s %% of its records; %(needed)s %% are needed.") % figures


@says("data_frozen")
def _frozen(met, figures):
    if met:
        return _("The data are frozen: %(rows)s records, hash %(sha256)s.") % figures
    if figures:
        return _("Records came in after the data were frozen: freeze them again.")
    return _("The data of the pilot are not frozen yet.")


@says("analysis_from_freeze")
def _from_freeze(met, figures):
    if met:
        return _("The analysis was made of the frozen data.")
    if figures.get("made"):
        return _("The analysis was made of older data: repeat it on the newest freeze.")
    return _("The frozen data have not been analysed yet.")


@says("registered_against_executed")
def _deviations(met, figures):
    if not met:
        return _("There is no analysis yet to compare with the registered design.")
    count = len(figures.get("deviations") or [])
    if not count:
        return _("The analysis was carried out as registered.")
    return ngettext(
        "The analysis leaves the registered design in %(count)s point.",
        "The analysis leaves the registered design in %(count)s points.",
        count,
    ) % {"count": count}


@says("no_overdue_conditions")
def _overdue(met, figures):
    return ngettext(
        "%(overdue)s condition of an earlier decision is overdue.",
        "%(overdue)s conditions of earlier decisions are overdue.",
        figures["overdue"],
    ) % {"overdue": figures["overdue"]}


@says("milestones_reached")
def _milestones(met, figures):
    if met:
        return ngettext(
            "The only milestone of the roll-out is reached.",
            "All %(all)s milestones of the roll-out are reached.",
            figures["all"],
        ) % {"all": figures["all"]}
    if figures.get("lacking"):
        kinds = [str(MilestoneKind(kind).label) for kind in figures["lacking"]]
        return _("No milestone has been set for: %(kinds)s.") % {"kinds": formatting.join_list(kinds)}
    if not figures.get("below"):
        return _("No milestones have been set.")
    return _("Milestones not reached yet: %(titles)s.") % {"titles": "; ".join(figures["below"])}


@says("emergency_evaluated")
def _evaluated(met, figures):
    return _(
        "The measure runs by emergency order: its effects have to be researched and discussed before %(date)s."
    ) % {"date": formatting.date_short(dt.date.fromisoformat(figures["sunset_on"]))}


@says("emergency_in_time")
def _in_time(met, figures):
    return _("The emergency order ended on %(date)s: only going back or closing is left.") % {
        "date": formatting.date_short(dt.date.fromisoformat(figures["sunset_on"]))
    }
