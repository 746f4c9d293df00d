"""Roll a key over: the register's own, or those of an organisation. What the old ones signed stays valid."""

import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from common.errors import Conflict
from common.scoping import system
from pensions.key_providers import PROVIDERS
from pensions.services import signing_keys


class Command(BaseCommand):
    help = "Open new signing keys of the register or of an organisation; the old ones are not used any more."

    def add_arguments(self, parser):
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--register", action="store_true", help="the key that signs checkpoints")
        about.add_argument("--organisation", help="identifier (UUID) of an issuing organisation")
        parser.add_argument(
            "--provider", choices=sorted(PROVIDERS), default="", help="where the new keys are kept"
        )

    def handle(self, *, register: bool, organisation: str | None, provider: str, **options):
        try:
            if register:
                made = [signing_keys.roll_register_key(by=None, provider=provider)]
            else:
                made = signing_keys.open_keys(by=None, organisation=_named(organisation), provider=provider)
        except Conflict as error:
            raise CommandError(f"{error} {error.__cause__ or ''}".strip()) from error
        said = [
            {"kid": key.kid, "purpose": key.purpose, "provider": key.provider, "issuer": key.issuer}
            for key in made
        ]
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))


def _named(identifier: str) -> Organisation:
    with system("open_keys, by whoever runs the installation"):
        try:
            return Organisation.objects.get(pk=identifier)
        except (Organisation.DoesNotExist, ValidationError) as error:
            raise CommandError(f"There is no organisation {identifier}.") from error
