from common.classification import STAFF, TECHNICAL, TYPED

# Who read and wrote what stays where it happened.
LEFT_OUT = {"Entry", "Seal", "SealedEntry"}

FIELDS = {
    "Entry": {
        TECHNICAL: "id at key organisation_id verb object_type object_id subject_id action channel",
        TYPED: "reason details",
        STAFF: "actor_id",
    },
    "Seal": {TECHNICAL: "number previous root count digest sealed_at"},
    "SealedEntry": {TECHNICAL: "entry seal position digest"},
}
