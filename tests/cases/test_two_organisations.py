"""Workers of another organisation try every address that knows a key, a number or a word of a case.

What is not theirs answers letter by letter like what is not there; a locked key is no different from an open one.
"""

import re
import uuid
from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts.enums import Role
from cases import links
from cases.models import FieldPhone
from cases.services import emergencies, families
from common import clock
from common.errors import KozotError

from .test_matrix import SECRETS, Full, colleague
from .test_vault import Keys

pytestmark = pytest.mark.django_db
ATTACKERS = {
    "worker of the partner": lambda s: s.partner_worker,
    "supervisor of the partner": lambda s: s.partner_supervisor,
    "worker of a third organisation": lambda s: s.house.user(Role.CASE_WORKER, "third"),
    "supervisor of a third organisation": lambda s: s.house.user(Role.CASE_SUPERVISOR, "third"),
    "colleague who is not on the case": colleague,
}
ABROAD = [who for who in ATTACKERS if "colleague" not in who]


@pytest.fixture
def full(story) -> Full:
    return Full(story)


@pytest.fixture(params=ATTACKERS)
def attacker(request, full, client):
    user = ATTACKERS[request.param](full.story)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def marks(full) -> list[str]:
    case = full.case
    told = [case.number, case.client.pseudonym, full.request.receipt, full.group.number]
    return [*SECRETS, *told, *(str(pk) for pk in (case.pk, full.document.pk, full.draft.pk))]


def told(answer, *asked) -> tuple:
    """Status, address and words of an answer, without the tokens of the page and without what was asked for."""
    text = answer.content.decode() + str(answer.get("Location", ""))
    for one in asked:
        for written in (str(one), quote(str(one))):
            text = text.replace(written, "…").replace(written.lower(), "…")
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "token", text)
    return answer.status_code, re.sub(r"link=[^\"&\s]+", "link", text)


def test_addresses_with_a_key(full, attacker, client):
    """Documents, exports, drafts, telephones: got and posted, with a link that was made for the attacker."""
    own = FieldPhone.everything.create(
        user=attacker, organisation_id=attacker.organisation_ids()[0], name="x"
    )
    entry = {"kind": "note", "made_at": clock.now().isoformat(), "text": "x"}

    def doors(document, export, draft, phone, case):
        yield "get", links.link("cases:document", attacker, document), {}
        yield "get", links.link("cases:export", attacker, export), {}
        for verb, data in (("get", {}), ("post", {"discard": "1"}), ("post", {"keep": "1", "text": "x"})):
            yield verb, reverse("cases:draft", args=[draft]), data
        yield "get", reverse("cases:field_cases", args=[phone]), {}
        yield "post", reverse("cases:field_emptied", args=[phone]), {}
        yield "post", reverse("cases:field_entries", args=[phone]), {**entry, "key": uuid.uuid4()}
        taken = {**entry, "key": uuid.uuid4(), "case": case}
        yield "post", reverse("cases:field_entries", args=[own.pk]), taken
        yield "post", reverse("cases:field_phones"), {"phone": phone}

    real = [full.document.pk, full.export.pk, full.draft.pk, full.phone.pk, full.case.pk]
    none = [uuid.uuid4() for _one in real]
    for there, missing in zip(doors(*real), doors(*none), strict=True):
        answers = [getattr(client, verb)(address, data) for verb, address, data in (there, missing)]
        assert told(answers[0], *real) == told(answers[1], *none), there
        assert answers[0].status_code in {403, 404}, there
        assert not [one for one in marks(full) if one in told(answers[0], *real)[1]], there
    full.draft.refresh_from_db()
    full.phone.refresh_from_db()
    assert full.draft.ended_at is None
    assert full.phone.ended_at is None
    assert full.case.notes.count() == 1


def test_rows_of_another_case_in_ones_own_forms(full, attacker, client):
    """On a case of one's own, the key of a foreign child reads like any key that does not exist."""
    from cases.services import intake

    case = intake.open_case(
        by=attacker,
        organisation=attacker.memberships.get().organisation,
        type="unpaid_wages",
        country="RU",
        language="ky",
    )
    fields = {
        "complete": ("planned", full.planned, {"result": "r", "state": "implemented"}),
        "due": ("planned", full.planned, {"due_on": "2027-01-01", "reason": "r"}),
        "refer": ("consent", full.consent, {"service": "court", "situation": "s"}),
        "withdraw": ("consent", full.consent, {}),
        "letter": ("consent", full.consent, {"code": "labour_complaint", "language": "ky"}),
    }
    for name, (field, row, data) in fields.items():
        door = reverse("admin:cases_case_do", args=[case.pk, name])
        nothing = uuid.uuid4()
        answers = [client.post(door, {**data, field: pk}) for pk in (row.pk, nothing)]
        assert [one.status_code for one in answers] == [400, 400], name
        assert told(answers[0], row.pk) == told(answers[1], nothing), name
    full.planned.refresh_from_db()
    assert full.planned.state == "not_implemented"
    assert not hasattr(type(full.consent).everything.get(pk=full.consent.pk), "withdrawal")


def test_the_box_that_finds_everything_and_the_searches_of_lists(full, attacker, client):
    case = full.case
    asked = [case.number, case.client.pseudonym, full.request.receipt, full.group.number, "Жылдыз", "Сидоров"]
    lists = ["case", "helprequest", "referral"]
    doors = [reverse("admin:find"), *(reverse(f"admin:cases_{one}_changelist") for one in lists)]
    for door in doors:
        for text in asked:
            nobody = "C-ZZZZZZZZ" if text.isascii() else "Ъъъъъъ"
            real, none = client.get(door, {"q": text}), client.get(door, {"q": nobody})
            shown = [told(real, text), told(none, nobody)]
            if "referral" not in door:  # the partner's own list has what it was sent, searched or not
                assert shown[0] == shown[1], (door, text)
            left = [one for one in marks(full) if one != text and one in real.content.decode()]
            assert left == [], (door, text)


@pytest.mark.parametrize("who", ABROAD)
def test_numbers_and_telephones_are_no_oracle(full, who):
    """Linking a relative and opening in an emergency say the same of a foreign case and of none."""
    from cases.services import intake

    user = ATTACKERS[who](full.story)
    own = intake.open_case(
        by=user, organisation=user.memberships.get().organisation, type="other", country="RU", language="ky"
    )
    acts = {
        "link": lambda known: families.link(by=user, case=own, number=known, relation="spouse"),
        "emergency": lambda known: emergencies.break_glass(by=user, known=known, reason="somebody in danger"),
    }
    for name, act in acts.items():
        answers = []
        for known in (full.case.number, "C-ZZZZZZZZ", "+996555000111", "+996555999999"):
            with pytest.raises(KozotError) as error:
                act(known)
            answers.append((error.value.code, error.value.status, str(error.value), str(error.value.way_out)))
        assert len(set(answers)) == 1, name


@pytest.mark.parametrize("who", ATTACKERS)
def test_a_locked_key_tells_nothing_either(full, who):
    """Every service on every row, while nobody's key is open: the refusal comes before the lock."""
    user = ATTACKERS[who](full.story)
    Keys(full.story).own(full.story.supervisor, full.story.ngo, full.story.worker)
    for_them = {"accept", "decline", "confirm_receipt", "papers"}  # a partner may answer what it was sent
    locked = []
    for service, values in full.attempts().items():
        if service.__name__ in for_them and "partner" in who:
            continue
        if service is emergencies.break_glass and "colleague" in who:
            continue
        try:
            service(by=user, **values)
        except KozotError as error:
            locked += [(service.__qualname__, error.code)] if error.code == "vault_locked" else []
        else:
            locked.append((service.__qualname__, "done"))
    assert locked == []


def test_no_programme_interface_knows_of_cases(client):
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert [one for one in paths if re.search(r"case|client|referral|consent|draft|help-?request", one)] == []
