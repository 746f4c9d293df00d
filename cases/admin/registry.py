"""Buttons of a case: the registry with the client's consent, entry bans, who opened it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.object_actions import ObjectAction, Page
from cases import readers
from cases.enums import BanState, CaseStatus
from cases.forms import registry as forms
from cases.models import Case, RegistryLink
from cases.services import bans, registry
from common import clock, formatting

REGISTRY, BANS = _("From the registry"), _("Entry bans")


def is_open(case: Case) -> bool:
    return case.status == CaseStatus.OPEN


def with_case(request, case) -> dict:
    return {"case": case}


def standing(case: Case) -> RegistryLink | None:
    return RegistryLink.everything.standing(clock.today()).filter(case=case).first()


def unended(case: Case) -> RegistryLink | None:
    return RegistryLink.everything.filter(case=case, ended_at__isnull=True).first()


def show_months(by, obj) -> Page:
    from pensions.month_record import summary

    record = registry.months(by=by, case=obj)
    told = [
        (f"{one.employer} ({formatting.country_name(one.state)})", summary(one)) for one in record.employers
    ]
    return Page("cases/months.html", {"title": _("Months of work"), "case": obj, "told": told})


def show_readers(by, obj) -> Page:
    rows = [
        [formatting.datetime_short(timezone.localtime(one.at)), one.verb, one.who] for one in readers.of(obj)
    ]
    return Page("cases/readers.html", {"title": _("Who opened this case"), "case": obj, "rows": rows})


CASE_REGISTRY = [
    ObjectAction(
        "link",
        _("Link to the registry"),
        registry.ACTION,
        form=forms.LinkForm,
        when=lambda case: is_open(case) and not unended(case),
        run=lambda by, obj, **values: registry.link(by=by, case=obj, **values),
        explain=_(
            "Only with the client's consent. She will see in her own record that your organisation looked."
        ),
        group=REGISTRY,
    ),
    ObjectAction(
        "months",
        _("Look at the months of work"),
        "cases.case.view",
        show_months,
        when=lambda case: bool(standing(case)),
        group=REGISTRY,
    ),
    ObjectAction(
        "annex",
        _("Make a sealed annex of the months"),
        registry.ACTION,
        when=lambda case: is_open(case) and bool(standing(case)),
        run=lambda by, obj: registry.annex(by=by, case=obj) and None,
        explain=_("A PDF with the seal of the social fund, kept with the documents of the case."),
        group=REGISTRY,
    ),
    ObjectAction(
        "unlink",
        _("End the link to the registry"),
        registry.ACTION,
        when=lambda case: bool(unended(case)),
        run=lambda by, obj: registry.end_link(by=by, link=unended(obj)),
        group=REGISTRY,
    ),
]
CASE_BANS = [
    ObjectAction(
        "ban",
        _("Note an entry ban"),
        bans.ACTION,
        form=forms.BanForm,
        initial=lambda request, case: {"country": case.country},
        when=is_open,
        run=lambda by, obj, **values: bans.note(by=by, case=obj, **values),
        explain=_(
            "Start the term to appeal as well: it runs from the day on which the client learned of it."
        ),
        group=BANS,
    ),
    ObjectAction(
        "check_ban",
        _("Look again whether it stands"),
        bans.ACTION,
        form=forms.BanCheckForm,
        form_kwargs=with_case,
        when=lambda case: is_open(case) and case.bans.exclude(state=BanState.LIFTED).exists(),
        run=lambda by, obj, **values: bans.check(by=by, **values),
        group=BANS,
    ),
]
READERS = ObjectAction("readers", _("Who opened this case"), "cases.case.view", show_readers, group=REGISTRY)
