"""Erases one person from the registry, as a decision of two; without --yes it only says what would go and stay."""

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.errors import KozotError
from common.scoping import system
from pensions import registry_number
from pensions.models import Worker
from pensions.services import erasure


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("number", help="registry number of the record")
        parser.add_argument(
            "--reason", required=True, help="the decision or the person's request, with its number"
        )
        parser.add_argument("--by", required=True, help="e-mail of the supervisor who erases")
        parser.add_argument("--confirmed-by", required=True, help="e-mail of a second supervisor")
        parser.add_argument("--yes", action="store_true", help="erase; without it nothing is changed")

    def handle(self, number, reason, by, confirmed_by, yes, **options):
        with system("erase_person"):
            worker = Worker.everything.filter(registry_number=registry_number.normalise(number) or "").first()
            if worker is None:
                raise CommandError(
                    f"No record has the number {number}. It has eleven signs, like 4G7K-Q2MX-93T."
                )
            people = [self._person(email) for email in (by, confirmed_by)]
            try:
                if yes:
                    plan = erasure.erase(by=people[0], confirmed_by=people[1], worker=worker, reason=reason)
                else:
                    plan = erasure.look(worker)
            except KozotError as error:
                raise CommandError(str(error)) from error
        self._tell(plan, done=yes)

    @staticmethod
    def _person(email: str) -> User:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody with an open account has the e-mail {email}.")
        return user

    def _tell(self, plan: erasure.Plan, done: bool) -> None:
        if plan.is_erased:
            self.stdout.write("The record is erased already.")
            return
        say = self.stdout.write
        for why in plan.holds:
            say(f"Held: {why}")
        say(
            f"{'Erased' if done else 'Would go'}: {len(plan.keys)} keys and what they seal, {len(plan.files)} files"
        )
        for name, count in plan.blanked.items():
            say(f"  {name}: personal fields of {count} rows")
        stays = ", ".join(f"{name} {count}" for name, count in plan.stays.items())
        say(f"Stay: {stays}; files of employers with rows of several people; the journal")
        if not done:
            say("Nothing was changed. Repeat with --yes to erase.")
