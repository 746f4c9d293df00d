"""A file is looked at on the desk before it is kept; targets and alerts as officials meet them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from monitoring.models import DatasetMapping, Figure, Indicator, Observation, TargetSet
from monitoring.periods import Period
from monitoring.services import datasets, indicators, targets

pytestmark = pytest.mark.django_db

MAPPING = """item: test_item
period: {column: year}
items: [{code: test_item, unit: persons, kind: stock, basis: by_birth, title: a test}]
"""
FILE = b"year,value\n2020,5\n2021,x\n"


@pytest.fixture
def sign_in(client):
    def act(user):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client

    return act


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


def upload(client, **values):
    file = SimpleUploadedFile("f.csv", FILE)
    return client.post(
        reverse("admin:monitoring_submission_list_do", args=["load"]),
        {"title": "t", "source": "s", "file": file, **values},
    )


def test_a_file_is_shown_before_it_is_kept(sign_in, analyst):
    client = sign_in(analyst)
    page = upload(client, mapping_text=MAPPING).content.decode()
    assert "test_item" in page and "“x”" in page.replace("«", "“").replace("»", "”")
    assert not Observation.objects.filter(item__code="test_item").exists()
    upload(client, mapping_text=MAPPING, save_as="ours", keep="on")
    assert Observation.objects.get(item__code="test_item").value == 5
    assert DatasetMapping.everything.get(name="ours").number == 1
    answer = upload(client, mapping_name="ours", keep="on")
    assert answer.status_code == 200 and Observation.objects.filter(item__code="test_item").count() == 1
    assert "colum" in upload(client, mapping_text="item: {colum: a}\n").content.decode()


def test_targets_and_alerts_on_the_desk(sign_in, analyst, house):
    indicator = Indicator.everything.get(code="REMITTANCES_GDP")
    indicators.compute(by=analyst, indicator=indicator, period=Period.parse("2025"))
    base = Figure.objects.as_of().get(indicator=indicator, period="2020", key="")
    decider = house.user(Role.DECISION_MAKER)

    def press(user, name, **values):
        address = reverse("admin:monitoring_indicator_do", args=[indicator.pk, name])
        return sign_in(user).post(address, values)

    values = {"baseline": base.short_id, "trajectory": "linear", "tolerance": "0", "reason": "the strategy"}
    assert press(analyst, "targets", milestones="2030 = 20.5\nsoon", **values).status_code == 400
    press(analyst, "targets", milestones="2030 = 20.5", **values)
    made = TargetSet.objects.get()
    assert press(analyst, "approve_targets", target_set=made.pk).status_code == 403
    press(decider, "approve_targets", target_set=made.pk)
    assert targets.in_force(indicator) == made
    rule = {
        "threshold": "1000",
        "periods": "2",
        "cool_down_days": "90",
        "severity": "red",
        "role": Role.DECISION_MAKER,
    }
    press(analyst, "add_rule", kind="below", **rule)
    (alert,) = targets.look(by=analyst)
    page = (
        sign_in(decider)
        .get(reverse("admin:monitoring_indicator_change", args=[indicator.pk]))
        .content.decode()
    )
    assert alert.figure.short_id in page and "the strategy" in page
    press(decider, "answer_alert", alert=alert.pk, reason="We look into it.")
    assert alert.answer.answered_by == decider
    public = sign_in(decider).get(reverse("monitoring:indicator", args=[indicator.code])).content.decode()
    assert "20.5" in public and "the strategy" in public
