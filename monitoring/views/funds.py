from decimal import Decimal

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock, formatting
from common.money import Money
from monitoring.enums import FundEntryKind, KeyKind, ProjectState
from monitoring.forms.fund import WorkedForm
from monitoring.fund_book import Balance, balance, balances_of_projects, contributions, key_on, worked
from monitoring.models import Fund, ProjectDecision

NEWEST_LINES = 100


def funds(request):
    """Every fund with its balance."""
    found = [{"fund": one, "balance": _facts(one, balance(one))} for one in Fund.objects.order_by("code")]
    return render(request, "monitoring/funds.html", {"funds": found})


def fund(request, code: str):
    """Keys and their history, the keys applied to a total, the balance, projects and the newest lines of the book."""
    one = get_object_or_404(Fund, code=code)
    form = WorkedForm(request.GET if "total" in request.GET else None)
    total, day = Decimal(100_000_000), clock.today()
    if form.is_bound and form.is_valid():
        total, day = form.cleaned_data["total"], form.cleaned_data["day"]
    context = {
        "fund": one,
        "form": form,
        "sources": [key.source for kind in KeyKind if (key := key_on(one, kind, day))],
        "worked": _worked(one, total, day) if not form.errors else None,
        "balance": _facts(one, balance(one)),
        "tables": [_keys(one), _paid_in(one), _projects(one), _lines(one)],
    }
    return render(request, "monitoring/fund.html", context, status=400 if form.errors else 200)


def _facts(one: Fund, found: Balance) -> list[tuple[str, str]]:
    names = (
        ("contributed", _("Paid in")),
        ("committed", _("Promised to projects")),
        ("disbursed", _("Paid out to projects")),
        ("cash", _("In the fund")),
        ("free", _("Not promised yet")),
    )
    return [(title, formatting.money(getattr(found, name), one.currency)) for name, title in names]


def _number(title: str) -> dict:
    return {"title": title, "number": True}


def _worked(one: Fund, total: Decimal, day) -> dict | None:
    found = worked(one, Money(total, one.currency), day)
    if found is None:
        return None
    columns = [_("Country"), *map(_number, (_("Pays"), _("Receives"), _("Receives less what it pays")))]
    rows = [
        [
            formatting.country_name(line.state),
            *(formatting.money(each.amount, one.currency) for each in (line.pays, line.receives, line.net)),
        ]
        for line in found
    ]
    return {"columns": columns, "rows": rows}


def _table(title: str, columns: list, rows: list, empty: str) -> dict:
    return {"title": title, "columns": columns, "rows": rows, "empty": empty}


def _keys(one: Fund) -> dict:
    rows = []
    for key in one.keys.order_by("kind", "-valid_from"):
        shares = ", ".join(
            f"{formatting.country_name(state)} {formatting.percent(Decimal(share), 2 if '.' in share else 0)}"
            for state, share in key.shares.items()
        )
        rows.append([key.get_kind_display(), formatting.date_short(key.valid_from), shares, key.source])
    columns = [_("Key"), _("Valid from"), _("Shares"), _("Source")]
    return _table(
        _("Keys and their history"), columns, rows, _("No key is known yet: shares cannot be computed.")
    )


def _paid_in(one: Fund) -> dict:
    rows = [
        [formatting.country_name(state), formatting.money(amount, one.currency)]
        for state, amount in contributions(one).items()
    ]
    return _table(
        _("Paid in by states"), [_("Country"), _number(_("Paid in"))], rows, _("No state has paid in yet.")
    )


def _projects(one: Fund) -> dict:
    sums = balances_of_projects(one)
    decided = ProjectDecision.objects.filter(project__fund=one).order_by("decided_at", "pk")
    newest = {row.project_id: ProjectState(row.state).label for row in decided}
    rows = []
    for project in one.projects.select_related("measure").order_by("-applied_at"):
        own = sums.get(project.pk, Balance())
        measure = {"value": "—"}
        if project.measure:
            url = reverse("monitoring:measure", args=[project.measure.code])
            measure = {"value": project.measure.code, "url": url}
        amounts = (project.asked, own.committed, own.disbursed)
        rows.append(
            [
                project.title,
                measure,
                newest.get(project.pk, _("waits for a decision")),
                *(formatting.money(amount, one.currency) for amount in amounts),
            ]
        )
    columns = [
        _("Project"),
        _("Measure"),
        _("Decision"),
        *map(_number, (_("Amount asked for"), _("Promised"), _("Paid out"))),
    ]
    return _table(_("Projects"), columns, rows, _("No project has applied yet."))


def _lines(one: Fund) -> dict:
    found = one.entries.select_related("project").order_by("-recorded_at")[:NEWEST_LINES]
    rows = []
    for line in found:
        kind = FundEntryKind(line.kind).label
        rows.append(
            [
                formatting.date_short(line.effective_on),
                _("taken back: %(what)s") % {"what": kind} if line.reverses_id else kind,
                formatting.country_name(line.state) if line.state else line.project.title,
                formatting.money(-line.amount if line.reverses_id else line.amount, one.currency),
                line.document,
            ]
        )
    columns = [_("Day"), _("Line"), _("Whose"), _number(_("Amount")), _("Document")]
    return _table(_("Newest lines of the book"), columns, rows, _("The book has no lines yet."))
