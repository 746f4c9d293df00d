"""Witnesses of the control register: other states' offices that cosign its checkpoints (c2sp.org/tlog-cosignature).

A witness fetches a checkpoint, asks for the consistency proof from the one that it saw before, and hands in a signature
line. From then on this log cannot show that witness another history.
"""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.enums import State
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.control_register.notes import COSIGNATURE, NoteError, NoteVerifier, parse_note
from pensions.models import RegisterCheckpoint, RegisterCosignature, RegisterWitness

WITNESS = "certificates.register.witness"
MOST_BYTES = 10_000


@service
def add_witness(*, by: Any, verifier: str, state: str) -> RegisterWitness:
    """A witness whose cosignatures are taken from now on. `verifier` is its key as text, of the cosignature type."""
    access.require(by, WITNESS)
    try:
        key = NoteVerifier.parse(verifier.strip())
    except NoteError as error:
        raise Invalid(
            "verifier_invalid", _("This is no verifier key of a witness."), field="verifier"
        ) from error
    if key.signature_type != COSIGNATURE:
        raise Invalid("verifier_invalid", _("This is no verifier key of a witness."), field="verifier")
    if state not in State.values:
        raise Invalid("state_invalid", _("Choose a state."), field="state")
    if RegisterWitness.everything.filter(verifier=str(key)).exists():
        raise Conflict("witness_known", _("This witness is known already."))
    made = RegisterWitness.everything.create(name=key.name, state=state, verifier=str(key))
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=WITNESS)
    return made


@service
def end_witness(*, by: Any, witness: RegisterWitness) -> RegisterWitness:
    """Its new cosignatures are not taken any more; those that it has given stay."""
    access.require(by, WITNESS)
    witness.ended_on = clock.today()
    witness.save(update_fields=["ended_on"])
    journal.record(by=by, verb=Verb.CHANGED, obj=witness, action=WITNESS)
    return witness


@service
def take_cosignatures(*, by: Any = None, note: str) -> int:
    """Keeps the witness lines of a cosigned checkpoint; returns how many were new.

    Anyone may hand them in, since each line proves itself. Invalid for a checkpoint that is not ours, for a wrong
    signature of a known witness, and when no known witness has signed.
    """
    if len(note) > MOST_BYTES:
        raise Invalid("note_invalid", _("This is no cosigned checkpoint."))
    try:
        signed = parse_note(note)
    except NoteError as error:
        raise Invalid("note_invalid", _("This is no cosigned checkpoint.")) from error
    checkpoint = (
        RegisterCheckpoint.everything.filter(note__startswith=signed.text + "\n").order_by("pk").first()
    )
    if checkpoint is None:
        raise Invalid("checkpoint_unknown", _("The control register has never signed this checkpoint."))
    witnesses = {NoteVerifier.parse(one.verifier): one for one in _active()}
    try:
        found = signed.verified_by(witnesses)
    except NoteError as error:
        raise Invalid("cosignature_invalid", _("No known witness has cosigned the checkpoint.")) from error
    return sum(_keep(checkpoint, witnesses[verifier], verifier, signed) for verifier in found)


def _keep(
    checkpoint: RegisterCheckpoint, witness: RegisterWitness, verifier: NoteVerifier, signed: Any
) -> bool:
    line = signed.line_of(verifier)
    try:
        with transaction.atomic():
            RegisterCosignature.everything.create(checkpoint=checkpoint, witness=witness, line=line)
    except IntegrityError:
        return False
    return True


def cosigned(checkpoint: RegisterCheckpoint) -> str:
    """The signed checkpoint with the lines of its witnesses below it."""
    lines = RegisterCosignature.everything.filter(checkpoint=checkpoint).order_by("at", "pk")
    return checkpoint.note + "".join(lines.values_list("line", flat=True))


def verifiers() -> Iterator[NoteVerifier]:
    """Keys of all witnesses, past ones included: what they cosigned stays cosigned."""
    for text in RegisterWitness.everything.order_by("at", "pk").values_list("verifier", flat=True):
        yield NoteVerifier.parse(text)


def _active() -> Any:
    return RegisterWitness.everything.filter(ended_on__isnull=True)
