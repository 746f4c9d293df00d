"""Steps of a case and where each may lead. Closing and reopening are services of their own."""

from .enums import Step

NEXT: dict[str, tuple[str, ...]] = {
    Step.REGISTRATION: (
        Step.ASSESSMENT,
        Step.CASE_PLAN,
        Step.IMPLEMENTATION,
    ),  # danger is met before it is written down
    Step.ASSESSMENT: (Step.CASE_PLAN, Step.IMPLEMENTATION),
    Step.CASE_PLAN: (Step.ASSESSMENT, Step.IMPLEMENTATION),
    Step.IMPLEMENTATION: (Step.ASSESSMENT, Step.CASE_PLAN, Step.FOLLOW_UP),
    Step.FOLLOW_UP: (Step.ASSESSMENT, Step.CASE_PLAN, Step.IMPLEMENTATION),
    Step.CLOSURE: (),  # a closed case is reopened first, and goes on with its follow-up
}


def leads(from_step: str, to_step: str) -> bool:
    return to_step in NEXT[from_step]
