"""The chain as data: stages in order, what each gate asks for, and which ways back are allowed."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[1] / "data" / "chain.yaml"


@dataclass(frozen=True)
class Criterion:
    """`kind` is evidence (an item of type `code` is filed) or automatic (the check named `code` says yes)."""

    code: str
    kind: str


@dataclass(frozen=True)
class StageRule:
    code: str
    gate: str
    criteria: tuple[Criterion, ...]
    signatures: int = 1


@dataclass(frozen=True)
class Loop:
    """A way back; `needs` is the type of evidence that it takes, `limit` how often it may be used."""

    start: str
    target: str
    needs: str
    limit: int | None = None


@dataclass(frozen=True)
class Template:
    content: dict[str, Any]

    @cached_property
    def stages(self) -> tuple[StageRule, ...]:
        return tuple(
            StageRule(
                one["code"],
                one["gate"],
                tuple(Criterion(c["code"], c["kind"]) for c in one["criteria"]),
                one.get("signatures", 1),
            )
            for one in self.content["stages"]
        )

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        return tuple(
            Loop(one["from"], one["to"], one["needs"], one.get("limit")) for one in self.content["loops"]
        )

    @property
    def rules(self) -> dict[str, int]:
        return self.content["rules"]

    def stage(self, code: str) -> StageRule:
        return next(one for one in self.stages if one.code == code)

    def after(self, code: str) -> str | None:
        """The next stage; none may be skipped. None after the last."""
        codes = [one.code for one in self.stages]
        position = codes.index(code) + 1
        return codes[position] if position < len(codes) else None

    def loop(self, start: str, target: str) -> Loop | None:
        return next((one for one in self.loops if (one.start, one.target) == (start, target)), None)


def shipped() -> dict[str, Any]:
    """The chain that the study recommends, as this project ships it."""
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))
