from pathlib import Path

from django.core.management.base import BaseCommand

from pensions import generator


class Command(BaseCommand):
    help = "Writes a work-record file of people who do not exist, as an employer in Moscow would send it."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="file to write; .xlsx or .csv")
        parser.add_argument("--workers", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--wrong", type=float, default=0.01, help="share of rows that are wrong")

    def handle(self, *, path: Path, workers: int, seed: int, wrong: float, **options):
        made = generator.make(seed=seed, workers=workers, wrong_share=wrong)
        path.write_bytes(generator.to_bytes(made, "xlsx" if path.suffix == ".xlsx" else "csv"))
        self.stdout.write(
            f"{path}: {made.people} workers, {len(made.rows)} rows, {len(made.wrong)} of them wrong"
        )
