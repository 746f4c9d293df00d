from common.classification import STAFF, TECHNICAL

FIELDS = {
    "Entry": {
        TECHNICAL: "id at key organisation_id verb object_type object_id subject_id action reason channel details",
        STAFF: "actor_id",
    },
    "Seal": {TECHNICAL: "number previous root count digest sealed_at"},
    "SealedEntry": {TECHNICAL: "entry seal position digest"},
}
