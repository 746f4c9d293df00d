"""Organisations of the demo and one login for each role."""

from dataclasses import dataclass

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Membership, Organisation, User
from cases.models import Partner
from common.enums import TranslationState
from common.scoping import system

PASSWORD = "kozot-demo-2026"  # noqa: S105 (printed for every visitor of the demo)

ORGANISATIONS = {
    "operator": (
        OrganisationKind.OPERATOR,
        State.KG,
        "«Көзөт» оператору",
        "Оператор «Көзөт»",
        "Kozot operator",
    ),
    "fund": (OrganisationKind.SOCIAL_FUND, State.KG, "Социалдык фонд", "Социальный фонд", "Social Fund"),
    "ministry": (
        OrganisationKind.MINISTRY,
        State.KG,
        "Эмгек жана миграция министрлиги",
        "Министерство труда и миграции",
        "Ministry of Labour and Migration",
    ),
    "second_ministry": (
        OrganisationKind.MINISTRY,
        State.KG,
        "Экономика министрлиги",
        "Министерство экономики",
        "Ministry of Economy",
    ),
    "employer": (
        OrganisationKind.EMPLOYER,
        State.RU,
        "«Москва-Строй» ЖЧК",
        "ООО «Москва-Строй»",
        "Moskva-Stroy LLC",
    ),
    "ngo": (
        OrganisationKind.NGO,
        State.KG,
        "«Таяныч» укук коргоо борбору, Ош",
        "Правозащитный центр «Таяныч», Ош",
        "Tayanych Rights Centre, Osh",
    ),
    "partner": (
        OrganisationKind.NGO,
        State.RU,
        "«Мигрант жана мыйзам» борбору, Москва",
        "Центр «Мигрант и закон», Москва",
        "Migrant and Law Centre, Moscow",
    ),
    "institute": (
        OrganisationKind.RESEARCH,
        State.KG,
        "Социалдык изилдөөлөр институту",
        "Институт социальных исследований",
        "Institute for Social Research",
    ),
    "bank": (
        OrganisationKind.DISTRIBUTOR,
        State.KG,
        "Сактык банкынын № 12 бөлүмү",
        "Отделение № 12 сберегательного банка",
        "Savings bank, branch 12",
    ),
    "archive": (
        OrganisationKind.ARCHIVE,
        State.KG,
        "Эмгек документтеринин мамлекеттик архиви",
        "Государственный архив документов по личному составу",
        "State Archive of Personnel Records",
    ),
    "statistics": (
        OrganisationKind.STATISTICS,
        State.KG,
        "Статистика комитети",
        "Комитет статистики",
        "Statistical Committee",
    ),
}


@dataclass(frozen=True)
class Person:
    login: str
    role: Role
    organisation: str
    name: str
    language: str


PEOPLE = [
    Person("administrator", Role.SYSTEM_ADMINISTRATOR, "operator", "Данияр Эсенов", "ky"),
    Person("official", Role.REGISTRY_OFFICIAL, "fund", "Айгүл Токтосунова", "ky"),
    Person("supervisor", Role.REGISTRY_SUPERVISOR, "fund", "Нурлан Бекболотов", "ru"),
    Person("employer", Role.EMPLOYER_CLERK, "employer", "Ольга Кузнецова", "ru"),
    Person("keeper", Role.BLANK_KEEPER, "bank", "Бегимай Осмонова", "ky"),
    Person("archivist", Role.ARCHIVIST, "archive", "Сергей Ким", "ru"),
    Person("worker", Role.WORKER, "", "Жылдыз Асанова", "ky"),
    Person("caseworker", Role.CASE_WORKER, "ngo", "Гүлмира Сатыбалдиева", "ky"),
    Person("ngo", Role.CASE_SUPERVISOR, "ngo", "Бактыгүл Абдыраева", "ky"),
    Person("partner", Role.CASE_WORKER, "partner", "Ирина Соколова", "ru"),
    Person("analyst", Role.ANALYST, "ministry", "Чыңгыз Үсөнов", "ky"),
    Person("decision", Role.DECISION_MAKER, "ministry", "Замира Жороева", "ky"),
    Person("decision2", Role.DECISION_MAKER, "second_ministry", "Мирлан Касымов", "ru"),
    Person("expert", Role.EXPERT, "institute", "Анара Дүйшөева", "en"),
    Person("expert2", Role.EXPERT, "institute", "Тимур Алиев", "ru"),
    Person("legal", Role.LEGAL_OFFICER, "ministry", "Нургүл Ибраимова", "ky"),
    Person("legal2", Role.LEGAL_OFFICER, "second_ministry", "Азамат Токтогулов", "ru"),
    Person("disclosure", Role.DISCLOSURE_OFFICER, "statistics", "Эркин Маматов", "ru"),
    Person("auditor", Role.AUDITOR, "operator", "Салтанат Бейшеева", "en"),
]


@dataclass
class Cast:
    organisations: dict[str, Organisation]
    users: dict[str, User]

    def __getitem__(self, login: str) -> User:
        return self.users[login]


def email(login: str) -> str:
    return f"{login}@demo.kozot.example"


def make() -> Cast:
    """Creates the organisations, the people and the partner directory."""
    with system("demo cast"):
        organisations = {code: _organisation(*facts) for code, facts in ORGANISATIONS.items()}
        users = {person.login: _user(person, organisations) for person in PEOPLE}
        Partner.everything.bulk_create(
            [
                _partner(organisations["ngo"], "0800 000 112", "ky ru", takes_requests=True),
                _partner(organisations["partner"], "8 800 000-11-22", "ru ky"),
            ]
        )
    return Cast(organisations, users)


def _organisation(kind, state, ky, ru, en) -> Organisation:
    states = {f"name_{language}_state": TranslationState.APPROVED for language in ("ky", "ru", "en")}
    return Organisation.objects.create(kind=kind, state=state, name_ky=ky, name_ru=ru, name_en=en, **states)


def _user(person: Person, organisations: dict[str, Organisation]) -> User:
    user = User.objects.create_user(
        email=email(person.login), password=PASSWORD, full_name=person.name, language=person.language
    )
    home = organisations.get(person.organisation)
    Membership.objects.create(user=user, organisation=home, role=person.role)
    return user


def _partner(organisation: Organisation, hotline: str, languages: str, **values) -> Partner:
    return Partner(
        organisation=organisation,
        hotline=hotline,
        languages=languages.split(),
        is_public=True,
        services=["legal_assistance", "negotiation", "court"],
        hours="9–18",
        **values,
    )


def logins() -> list[dict[str, str]]:
    """What is printed for the visitor."""
    return [
        {"role": str(person.role.label), "login": email(person.login), "password": PASSWORD}
        for person in PEOPLE
    ]
