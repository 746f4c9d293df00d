"""People with two records among 100,000 generated ones: precision, recall, time, memory; with numbers and without.

    .venv/bin/python benchmarks/record_linkage.py            # with the model that the registry uses
    .venv/bin/python benchmarks/record_linkage.py --train    # trains it anew and writes pensions/linkage/model.json

The yardstick is what one would do without a model: equal folded names and an equal birth date. Training uses people of
another seed than the measurement. Slips are invented and independent of each other: on real files both figures are
lower, and the threshold has to be set again by pairs that officials have judged.
"""

import argparse
import datetime as dt
import json
import resource
import sys
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import splink

from benchmarks.generated_people import RATES, Person, records
from pensions.linkage import levels
from pensions.linkage.scoring import MODEL, People, model

COUNT = 100_000
MEASURED, TRAINED = 20261126, 7
# What generated people cannot teach: (respect, level, m or u) → value and reason.
DECLARED = {
    ("patronymic", "different", "m"): (0.02, "one person's papers differ in the patronymic now and then"),
    ("sex", "different", "m"): (0.005, "a box ticked wrongly"),
    ("number", "different", "m"): (
        0.02,
        "a number of which a digit was mistaken, where no check digit tells",
    ),
    ("number", "same", "u"): (1e-7, "a number given twice, or typed into a stranger's record"),
}
THRESHOLDS = (0.5, 0.9, 0.95, 0.97, 0.99)


def filled(people: list[Person], *, with_numbers: bool) -> People:
    found = People()
    for start in range(0, len(people), 50_000):
        chunk = enumerate(people[start : start + 50_000], start)
        found.add(one.row(f"{number:07}", with_numbers=with_numbers) for number, one in chunk)
    return found


def truth(people: list[Person]) -> set[tuple[str, str]]:
    groups = defaultdict(list)
    for number, one in enumerate(people):
        groups[one.person].append(f"{number:07}")
    return {pair for keys in groups.values() for pair in combinations(keys, 2)}


def quality(found: set, right: set) -> tuple[float, float]:
    """Precision and recall."""
    hits = len(found & right)
    return hits / max(len(found), 1), hits / len(right)


def yardstick(people: list[Person]) -> set[tuple[str, str]]:
    groups = defaultdict(list)
    for number, one in enumerate(people):
        row = one.row("")
        groups[row.block, row.born].append(f"{number:07}")
    return {pair for keys in groups.values() for pair in combinations(keys, 2)}


def train() -> dict[str, Any]:
    """u of random pairs, m of the labelled pairs of a set that is not the measured one."""
    people = records(COUNT, TRAINED)
    right = truth(people)
    with filled(people, with_numbers=True) as made:
        made.connection.execute("CREATE TABLE labels (unique_id VARCHAR, person VARCHAR)")
        _labels(made, people)
        made.connection.execute(
            "CREATE TABLE people_labelled AS SELECT * FROM people JOIN labels USING (unique_id)"
        )
        settings = levels.settings()
        settings["probability_two_random_records_match"] = len(right) / (COUNT * (COUNT - 1) / 2)
        linker = made.linker(settings, extra="_labelled")
        linker.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=TRAINED)
        linker.training.estimate_m_from_label_column("person")
        trained = _completed(linker.misc.save_model_to_json())
    return {
        "version": 2,
        "threshold": 0.9,
        "made": {
            "on": dt.date.today().isoformat(),
            "command": "benchmarks/record_linkage.py --train",
            "with": f"Splink {splink.__version__}",
            "people": COUNT,
            "seed": TRAINED,
            "error_rates": RATES,
            "m": "from the labels of generated people, but for what is declared",
            "u": "from random pairs of the same people, but for what is declared",
            "declared": [
                {"respect": respect, "level": level, "which": which, "value": value, "why": why}
                for (respect, level, which), (value, why) in DECLARED.items()
            ],
            "to_do": "set the threshold by pairs that officials have judged, once there are some hundreds",
        },
        "splink": trained,
    }


def _completed(trained: dict[str, Any]) -> dict[str, Any]:
    """With the declared values; what is left for the other levels of a respect keeps its proportions."""
    for respect in trained["comparisons"]:
        levels_of = {level["label_for_charts"]: level for level in respect["comparison_levels"]}
        name = respect["output_column_name"]
        for which in ("m", "u"):
            said = {lev: value for (res, lev, w), (value, _) in DECLARED.items() if (res, w) == (name, which)}
            key = f"{which}_probability"
            others = [one for code, one in levels_of.items() if code not in said and one.get(key)]
            whole = sum(one[key] for one in others)
            for one in others:
                one[key] *= (1 - sum(said.values())) / whole
            for code, value in said.items():
                levels_of[code][key] = value
    return trained


def _labels(made: People, people: list[Person]) -> None:
    import pyarrow as pa

    table = pa.table(
        {"unique_id": [f"{n:07}" for n in range(len(people))], "person": [str(one.person) for one in people]}
    )
    made.connection.register("label_rows", table)
    made.connection.execute("INSERT INTO labels SELECT * FROM label_rows")


def measure(people: list[Person], *, with_numbers: bool) -> None:
    right = truth(people)
    started = time.perf_counter()
    with filled(people, with_numbers=with_numbers) as made:
        filling = time.perf_counter() - started
        started = time.perf_counter()
        scored = list(made.pairs(min(THRESHOLDS)))
        seconds = time.perf_counter() - started
    print(
        f"{'with' if with_numbers else 'without'} numbers: {filling:.1f} s to fold and load, {seconds:.1f} s to score"
    )
    for threshold in sorted({*THRESHOLDS, model()["threshold"]}):
        found = {(one.first, one.second) for one in scored if one.score >= threshold}
        precision, recall = quality(found, right)
        used = "  ← used" if threshold == model()["threshold"] else ""
        print(
            f"  p ≥ {threshold:<5} precision {precision:.4f}  recall {recall:.4f}  {len(found)} pairs{used}"
        )
    if "--missed" in sys.argv:
        _missed(people, scored, right)


def _missed(people: list[Person], scored: list, right: set) -> None:
    found = {(one.first, one.second) for one in scored if one.score >= model()["threshold"]}
    for pair in sorted(right - found)[:25]:
        print("   missed", *(people[int(key)] for key in pair), sep="\n      ")
    for one in [one for one in scored if one.score >= 0.9 and (one.first, one.second) not in right][:25]:
        print(
            "   wrong",
            f"{one.score:.3f}",
            one.reasons,
            people[int(one.first)],
            people[int(one.second)],
            sep="\n      ",
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--train", action="store_true")
    options.add_argument("--count", type=int, default=COUNT)
    options.add_argument("--missed", action="store_true")
    asked = options.parse_args()
    if asked.train:
        MODEL.write_text(json.dumps(train(), ensure_ascii=False, indent=1) + "\n", encoding="utf8")
        model.cache_clear()
    people = records(asked.count, MEASURED)
    right = truth(people)
    print(
        f"{len(people)} records of {len({one.person for one in people})} people, {len(right)} pairs to find"
    )
    precision, recall = quality(yardstick(people), right)
    print(f"yardstick, equal folded names and birth date: precision {precision:.4f}  recall {recall:.4f}")
    for with_numbers in (True, False):
        measure(people, with_numbers=with_numbers)
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
