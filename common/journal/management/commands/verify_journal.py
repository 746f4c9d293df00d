from django.core.management.base import BaseCommand

from common.journal import services

WHY = {
    "changed": "entry {entry} of seal {seal} was changed after it was sealed",
    "chain": "seal {seal} does not follow the one before it",
    "members": "seal {seal} does not hold the entries that it closed",
    "digest": "seal {seal} itself was changed",
}


class Command(BaseCommand):
    help = "Recomputes every seal of the journal. Ends with 1 and names what was changed, removed or put in."

    def handle(self, *args, **options):
        damages = services.verify()
        for one in damages:
            self.stderr.write(WHY[one.why].format(entry=one.entry, seal=one.seal))
        if damages:
            raise SystemExit(1)
        head = services.head()
        self.stdout.write(
            f"The journal is whole: {head.number} seals, head {head.digest}" if head else "No seals yet"
        )
