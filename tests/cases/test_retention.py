"""What is erased when, what stays, and who may keep it longer."""

import datetime as dt
import io

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from cases import retention
from cases.enums import CaseType
from cases.models import Case, Client, HelpRequest, Referral, Respondent
from cases.services import approvals, documents, erasure, intake, referrals, work
from cases.tasks import erase_cases
from common import clock
from common.errors import Conflict, Invalid, KozotError

from .conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(story):
    """A case with everything in it, closed today."""
    case = story.case()
    work.write_note(by=story.worker, case=case, text="сыр")
    work.name_respondent(by=story.worker, case=case, kind="employer", name="ООО")
    documents.add(by=story.worker, case=case, file=io.BytesIO(b"paper"), name="p.txt")
    referral = story.referral(case)
    referrals.decline(by=story.partner_worker, referral=referral, reason="r")
    work.close(by=story.worker, case=case, outcome="resolved", reason="paid", recovered=100, currency="RUB")
    return Case.everything.get(pk=case.pk)


def after(years: int, days: int = 0):
    return time_machine.travel(clock.now() + dt.timedelta(days=365.25 * years + days), tick=False)


def test_every_kind_of_case_has_a_term():
    assert set(retention.YEARS) == set(CaseType.values)


def test_words_go_and_figures_stay(story, ended, journal):
    assert erase_cases() == 0
    file = ended.documents.get().file
    path = settings.MEDIA_ROOT / file.address[:2] / file.address[2:4] / file.address
    assert path.exists()
    with after(5, 2):
        assert erase_cases() == 1
        assert erase_cases() == 0, "once"
        case = Case.everything.get(pk=ended.pk)
        assert case.erased_at
        assert case.notes.get().text is None
        client = Client.everything.get(pk=case.client_id)
        assert (client.name, client.contact, client.contact_index, client.safe_hours) == (None, None, "", "")
        assert HelpRequest.everything.get(pk=case.request_id).text is None
        assert Referral.everything.get(case=case).preview is None
        assert Respondent.everything.get(case=case).index == ""
        assert not path.exists()
        closure = case.closures.get()
        assert (case.type, closure.outcome, closure.recovered, closure.reason) == (
            "unpaid_wages",
            "resolved",
            100,
            None,
        )
    assert journal(verb="erased", object_id=str(ended.pk)).count() == 1


def test_an_open_case_is_never_erased(story):
    case = story.case()
    with after(40):
        assert erase_cases() == 0
    assert Case.everything.get(pk=case.pk).erased_at is None


def test_a_client_with_another_case_stays(story, ended):
    intake.open_case(
        by=story.worker,
        organisation=story.ngo,
        type="other",
        country="RU",
        language="ky",
        client=ended.client,
    )
    with after(5, 2):
        assert erase_cases() == 1
        assert Client.everything.get(pk=ended.client_id).name == "Жылдыз Асанова"


def test_a_supervisor_keeps_it_longer(story, ended):
    until = clock.today() + dt.timedelta(days=365 * 7)
    with pytest.raises(KozotError):
        erasure.keep_longer(by=story.worker, case=ended, until_on=until, reason="court")
    erasure.keep_longer(by=story.supervisor, case=ended, until_on=until, reason="court")
    with after(6):
        assert erase_cases() == 0
    with after(8):
        assert erase_cases() == 1


def test_what_is_erased_is_not_opened_again(client, story, ended):
    client.cookies["django_language"] = "en"
    with after(5, 2):
        erase_cases()
        case = Case.everything.get(pk=ended.pk)
        with refused(Conflict, "case_erased"):
            work.reopen(by=story.supervisor, case=case, reason="r")
        client.force_login(story.supervisor)
        page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
        assert page.status_code == 200
        assert "Жылдыз" not in page.content.decode()


def test_supervisors_are_told_before(client, story, ended):
    client.cookies["django_language"] = "en"
    with after(5, -10):
        client.force_login(story.supervisor)
        titles = [str(s["title"]) for s in client.get(reverse("cases:my_day")).context["sections"]]
        assert "Erased soon, unless you keep them" in titles


def test_a_declined_request_is_erased_after_a_year(story):
    request = story.request()
    intake.decline(by=story.worker, request=request, reason="r")
    with after(1, 2):
        erase_cases()
        assert HelpRequest.everything.get(pk=request.pk).name is None


def set_years(story, years, kind="unpaid_wages"):
    approvals.set_kind_rules(
        by=story.supervisor, organisation=story.ngo, types=[kind], approvals=[], keep_years=years
    )


def test_an_organisation_chooses_its_years(story, ended, client):
    client.cookies["django_language"] = "en"
    set_years(story, 2)
    with after(2, 2):
        assert erase_cases() == 1
    assert Case.everything.get(pk=ended.pk).erased_at


def test_longer_years_hold_and_those_of_others_are_nobody_elses(story, ended):
    set_years(story, 10)
    approvals.set_kind_rules(
        by=story.partner_supervisor,
        organisation=story.partner,
        types=["unpaid_wages"],
        approvals=[],
        keep_years=1,
    )
    set_years(story, 1, kind="other")
    with after(9):
        assert erase_cases() == 0
    with after(10, 2):
        assert erase_cases() == 1


@pytest.mark.parametrize("back", [1, None])
def test_changed_years_count_after_a_time_of_notice(story, ended, client, back):
    """Shortened, or set back to those of the house: supervisors still have time to keep what would be erased."""
    client.cookies["django_language"] = "en"
    set_years(story, 20)
    with after(6):
        set_years(story, back)
        assert erase_cases() == 0
        client.force_login(story.supervisor)
        sections = client.get(reverse("cases:my_day")).context["sections"]
        told = {str(s["title"]): [row["case"].pk for row in s["rows"] if "case" in row] for s in sections}
        assert told["Erased soon, unless you keep them"] == [ended.pk]
    with after(6, 29):
        assert erase_cases() == 0
    with after(6, 31):
        assert erase_cases() == 1


def test_years_have_bounds_and_are_the_supervisors_own(story):
    for years in (0, 26):
        with refused(Invalid, "years_out_of_bounds"):
            set_years(story, years)
    for by in (story.worker, story.partner_supervisor):
        with pytest.raises(KozotError):
            approvals.set_kind_rules(
                by=by, organisation=story.ngo, types=["other"], approvals=[], keep_years=3
            )
