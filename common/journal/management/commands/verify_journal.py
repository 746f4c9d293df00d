from django.core.management.base import BaseCommand, CommandError

from common.journal import services

WHY = {
    "changed": "entry {entry} of seal {seal} was changed after it was sealed",
    "chain": "seal {seal} does not follow the one before it",
    "members": "seal {seal} does not hold the entries that it closed",
    "digest": "seal {seal} itself was changed",
}


class Command(BaseCommand):
    help = "Recomputes every seal of the journal. Ends with 1 and names what was changed, removed or put in."

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            help="a head that was kept outside, as this command printed it; ends with 1 if the chain does not hold it",
        )

    def handle(self, *args, head: list[str], **options):
        damages = services.verify()
        for one in damages:
            self.stderr.write(WHY[one.why].format(entry=one.entry, seal=one.seal))
        lost = [kept for kept in head if not self._holds(kept)]
        if damages or lost:
            raise SystemExit(1)
        self._tell_head()

    def _holds(self, kept: str) -> bool:
        try:
            found = services.in_chain(kept)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if found is None:
            self.stderr.write(
                f"the head {kept} is not in the chain: the journal was made anew, or cut, after it"
            )
        else:
            self.stdout.write(f"The head {kept} is seal {found.number} of the chain")
        return found is not None

    def _tell_head(self) -> None:
        head = services.head()
        self.stdout.write(
            f"The journal is whole: {head.number} seals, head {head.digest}" if head else "No seals yet"
        )
