"""The table itself: every row is used, every model that tells of persons stands behind it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from accounts import permission_report
from accounts.access import table
from accounts.enums import Role, Scope
from accounts.site import desk
from common.classification import OURS, classified
from common.scoping import ScopedManager, UnscopedRead, nobody

ROOT = Path(__file__).resolve().parents[2]
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]

# Models that tell of persons and have no reach of their own, each with the reason.
UNSCOPED = {
    "accounts.User": "staff; seen whole by administrators and auditors, by nobody else",
    "accounts.Membership": "staff; seen with the user",
    "accounts.Duty": "read only to resolve a reach",
    "common.StoredFile": "no page serves one by itself; access is that of the row which points at it",
    "common.SubjectKey": "opens nothing without the installation's key ring",
    "pensions.StagedRow": "read only through its import, whose reach is asked first; emptied when that is over",
    "pensions.StagedSpell": "read only through its import, whose reach is asked first; emptied when that is over",
    "pensions.InsuranceTotal": "counted only, behind figures; no page, list or export shows a row of it",
    "monitoring.Passage": "read only through its interview, and by the disclosure officer before it is shown",
    "monitoring.Comment": "read only through its discussion, and by moderators; to be scoped with its page",
    "reports.Subscription": "found by its own secret and by the job that sends; no page, list or export shows a row",
    "journal.Entry": "holds no personal values; one role reads it, whole",
}
PERSONAL = {"personal", "identifier", "case"}


def python_files() -> list[Path]:
    found = [
        path
        for app in ("accounts", "common", "pensions", "cases", "monitoring", "reports")
        for path in (ROOT / app).rglob("*.py")
    ]
    return [path for path in found if "migrations" not in path.parts]


def texts(path: Path) -> set[str]:
    """String literals of a module, but for what a permissions.py puts into the table."""
    tree = ast.parse(path.read_text(encoding="utf8"))
    rows = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and path.name == "permissions.py"
        and getattr(node.func, "attr", "") == "allow"
    ]
    own = {id(row) for row in rows}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own
    }


def test_every_action_is_asked_somewhere():
    said = set().union(*(texts(path) for path in python_files()))
    silent = sorted(set(table.rules) - said)
    assert not silent, f"No code asks for {silent}: a right that nothing checks is worse than none."


def test_every_action_that_code_asks_for_is_in_the_table():
    """A misspelt action would be refused to everybody, or fail only when it is pressed."""
    heads = {action.split(".")[0] + "." + action.split(".")[1] for action in table.rules}
    asked = {text for path in python_files() for text in texts(path) if text.count(".") == 2}
    unknown = sorted(a for a in asked if a.rpartition(".")[0] in heads and a not in table.rules)
    assert not unknown


def test_the_view_action_of_every_model_is_in_the_table():
    wrong = {
        model._meta.label: model.VIEW
        for model in MODELS
        if hasattr(model, "VIEW") and model.VIEW not in table.rules
    }
    assert not wrong


def test_every_desk_and_button_names_an_action_of_the_table():
    wrong = []
    for one in desk._registry.values():
        buttons = [*one.object_actions, *one.list_actions, *one.bulk_actions]
        named = [one._view_action(), one.add_action, one.change_action, *(b.action for b in buttons)]
        wrong += [(type(one).__name__, action) for action in named if action and action not in table.rules]
    assert not wrong


@pytest.mark.parametrize(
    "model", [m for m in MODELS if isinstance(m._default_manager, ScopedManager)], ids=lambda m: m._meta.label
)
def test_every_reach_that_the_table_grants_is_explained(model):
    """A scope without a resolver gives nothing, in silence."""
    view = getattr(model, "VIEW", None)
    if view is None:
        assert model._meta.label in {"common.Job", "common.ImportRun"}, "give the model a VIEW"
        return
    needed = set(table.rules[view].values()) - {Scope.ALL}
    assert needed <= set(table.reaches.get(model, {})), (
        f"table.reach({model.__name__}, …) says nothing of them"
    )


def test_models_that_tell_of_persons_are_scoped():
    fields = classified()
    personal = [
        model
        for model in MODELS
        if not model._meta.proxy
        and any(kind.code in PERSONAL for kind in fields[model._meta.label_lower].values())
    ]
    assert personal
    bare = [m._meta.label for m in personal if not isinstance(m._default_manager, ScopedManager)]
    assert sorted(set(bare) - set(UNSCOPED)) == [], "give them ScopedManager, or name the reason in UNSCOPED"


@pytest.mark.django_db
@pytest.mark.unscoped
def test_scoped_models_refuse_a_read_for_nobody():
    with nobody():
        for model in MODELS:
            if isinstance(model._default_manager, ScopedManager):
                with pytest.raises(UnscopedRead):
                    model._default_manager.first()


def test_there_is_no_role_that_may_do_everything():
    for role in Role:
        assert any(role not in rules for rules in table.rules.values()), role
    for action, rules in table.rules.items():
        if action.startswith("cases.") and not action.startswith("cases.partner."):
            assert set(rules) <= {Role.CASE_WORKER, Role.CASE_SUPERVISOR}, (
                f"{action} opens cases to an office"
            )
        if action.startswith("registry."):
            assert Role.SYSTEM_ADMINISTRATOR not in rules and Role.AUDITOR not in rules, action


def test_the_printed_table_is_current():
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf8")
    assert written == permission_report.markdown(), "run manage.py permission_table --write"
