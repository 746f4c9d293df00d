"""User guides: for each role some steps, of the words that the pages themselves have.

Each app's `guides.py` tells what its pages are for:

    tell(Role.CASE_WORKER, Step(_("Begin the day"), "cases:my_day", press=("Take it in",), do=_("… press “{0}”."), …))

A page is named by its address: its title is that of the menu. A button is named by its own msgid and put into the
text in the reader's language, so that the guide says what the button says; tests/accounts/test_guides.py fails where
no page has such a button, or the role no such page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from . import navigation
from .enums import DESK_ROLES, Role


@dataclass(frozen=True)
class Step:
    """What one wants, where (an address by name), what to do there, what will be seen, what if it goes wrong.

    `press` are msgids of buttons, "context|msgid" where a button has a context; {0}, {1} stand for them in `do`.
    `title` is the msgid of a page that neither the menu nor a desk names.
    """

    want: Any
    page: str
    do: Any
    see: Any
    wrong: Any
    press: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Told:
    """A step in the reader's language; `url` is empty where the page wants a key."""

    want: str
    where: str
    url: str
    do: str
    see: str
    wrong: str


TITLES = {
    Role.REGISTRY_OFFICIAL: _("Guide for an official of the registry"),
    Role.EMPLOYER_CLERK: _("Guide for an employer"),
    Role.WORKER: _("Guide for a worker"),
    Role.CASE_WORKER: _("Guide for a case worker of an organisation that helps"),
    Role.ANALYST: _("Guide for an analyst"),
    Role.DECISION_MAKER: _("Guide for a ministry that decides"),
    Role.SYSTEM_ADMINISTRATOR: _("Guide for an administrator"),
}
# Whose pages are nearly those of another role reads that role's guide.
NEAREST = {
    Role.REGISTRY_SUPERVISOR: Role.REGISTRY_OFFICIAL,
    Role.BLANK_KEEPER: Role.REGISTRY_OFFICIAL,
    Role.ARCHIVIST: Role.REGISTRY_OFFICIAL,
    Role.CASE_SUPERVISOR: Role.CASE_WORKER,
    Role.EXPERT: Role.ANALYST,
    Role.DISCLOSURE_OFFICER: Role.ANALYST,
    Role.LEGAL_OFFICER: Role.DECISION_MAKER,
    Role.AUDITOR: Role.SYSTEM_ADMINISTRATOR,
}

_told: dict[Role, list[Step]] = {role: [] for role in TITLES}


def tell(role: Role, *steps: Step) -> None:
    _told[role].extend(steps)


def of(role: str) -> Role | None:
    """The role whose guide somebody in `role` reads."""
    return NEAREST.get(role, role) if role in set(Role) - {Role.PUBLIC} else None


def url_for(roles: set[str]) -> str:
    """Address of the guide that somebody with these roles reads; empty where there is none."""
    read_as = next((of(role) for role in Role if role in roles and of(role)), None)
    return reverse("guide", args=[read_as.value]) if read_as else reverse("guides")


def steps(role: Role) -> list[Step]:
    first = [SIGN_IN, FACTOR] if role in DESK_ROLES else [SIGN_IN]
    last = [FIND, LANGUAGE] if role in DESK_ROLES - {Role.EMPLOYER_CLERK} else [LANGUAGE]
    return [*first, *_told[role], *last]


def read(role: Role) -> Iterator[Told]:
    """The guide of a role, in the language of the moment."""
    for one in steps(role):
        buttons = [button(name) for name in one.press]
        yield Told(
            str(one.want),
            where(one),
            address(one),
            str(one.do).format(*buttons),
            str(one.see),
            str(one.wrong),
        )


def button(name: str) -> str:
    context, _bar, msgid = name.rpartition("|")
    return pgettext(context, msgid) if context else gettext(msgid)


def where(step: Step) -> str:
    """The page's name as the menu has it, or the desk's list; else the page's own title."""
    if step.title:
        return gettext(step.title)
    entry = next((one for one in navigation.entries() if one.url_name == step.page), None)
    if entry:
        return str(entry.title)
    label, _sign, name = step.page.removeprefix("admin:").removesuffix("_changelist").partition("_")
    return capfirst(apps.get_model(label, name)._meta.verbose_name_plural)


def address(step: Step) -> str:
    try:
        return reverse(step.page)
    except NoReverseMatch:
        return ""


def slug(url: str) -> str:
    """How a picture of the page at this address is called: /admin/cases/case/ is admin-cases-case."""
    return re.sub(r"[^\w]+", "-", urlsplit(url).path).strip("-") or "home"


SIGN_IN = Step(
    _("Get in"),
    "accounts:sign_in",
    title="Sign in",
    press=("Sign in",),
    do=_("Type the e-mail address and the password that you were given, and press “{0}”."),
    see=_("Your own first page, with what waits for you."),
    wrong=_(
        "After several wrong passwords wait some minutes. If you have forgotten it, ask for a new one on this page."
    ),
)
FACTOR = Step(
    _("Protect your account"),
    "accounts:mine",
    title="My account",
    press=("Add a second factor",),
    do=_("Press “{0}” and choose a passkey or an app that shows codes. Keep the recovery codes on paper."),
    see=_("From now on you confirm each sign-in with it."),
    wrong=_("Lost the telephone? Use a recovery code, or ask your administrator to take the factor away."),
)
FIND = Step(
    _("Find a page or a record fast"),
    "admin:find",
    title="Find",
    do=_(
        "Press Ctrl+K and type a few letters. Ң or н, ө or о, ү or у, ё or е, Latin letters: all of them find."
    ),
    see=_("Pages of your menu and records that you may see; Enter opens the first."),
    wrong=_("Nothing is found? Type fewer letters. What you may not see is never shown."),
)
LANGUAGE = Step(
    _("Read everything in your language"),
    "accounts:mine",
    title="My account",
    press=("Language", "Save"),
    do=_("Choose it under “{0}” and press “{1}”."),
    see=_("All pages, letters and documents for you come in that language."),
    wrong=_("For one page only, use the languages at the top of every page."),
)

tell(
    Role.SYSTEM_ADMINISTRATOR,
    Step(
        _("Enter an organisation"),
        "admin:accounts_organisation_changelist",
        press=("Open an organisation",),
        do=_("Press “{0}” and give its name in three languages, its kind and its state."),
        see=_("The organisation stands in the list and can be chosen for people."),
        wrong=_(
            "A name that is missing in one language is shown in the nearest other; add it on the organisation's page "
            "when you know it."
        ),
    ),
    Step(
        _("Let a person in"),
        "admin:accounts_roleproposal_changelist",
        press=("Invite a person",),
        do=_("Press “{0}”, give the e-mail address, the role and the organisation, and say why."),
        see=_("A proposal that a second person decides on. After that the person gets a letter with a link."),
        wrong=_(
            "The link is valid for some days only. If it is over, send the invitation again from the person's page."
        ),
    ),
    Step(
        _("Decide on a role that a colleague proposed"),
        "admin:accounts_roleproposal_changelist",
        press=("Give the role", "Decline"),
        do=_("Open the proposal, check who asks and why, and press “{0}” or “{1}”."),
        see=_("The role begins at once, or the proposal is closed with your reason."),
        wrong=_("You cannot decide on your own proposal: another person has to."),
    ),
    Step(
        _("End a role, or close an account"),
        "admin:accounts_user_changelist",
        press=("End a role", "Close the account"),
        do=_("Open the person and press “{0}” when the work changes, “{1}” when the person leaves."),
        see=_("Open sessions end at once. What the person did stays in the journal."),
        wrong=_("A closed account can be opened again; nothing is lost."),
    ),
    Step(
        _("Help somebody who has lost the telephone"),
        "admin:accounts_user_changelist",
        press=("Take second factors away",),
        do=_("Make sure who is speaking, open the person and press “{0}”."),
        see=_("At the next sign-in the person sets up a new factor."),
        wrong=_("In doubt do not do it. Whoever rings in a hurry may be somebody else."),
    ),
    Step(
        _("See who may do what"),
        "admin:permissions",
        do=_("Read the table by area. It is the same that every page asks."),
        see=_("Each action with the roles that hold it, and how far each reaches."),
        wrong=_("If a person sees too little, look at the roles of that person first, not at the table."),
    ),
)
