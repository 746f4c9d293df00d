"""Secrets of this installation, refused with a helpful word when one is missing."""

from . import environment as env

SECRET_KEY = env.required("KOZOT_SECRET_KEY", "a long random string that signs sessions")
KEYRING = env.ring(
    "KOZOT_KEYRING",
    env.required("KOZOT_KEYRING", "key ring that wraps persons' keys, `id:base64key[,older:base64key…]`"),
)
INDEX_KEY = env.key(
    "KOZOT_INDEX_KEY",
    env.required("KOZOT_INDEX_KEY", "base64 key of the blind indexes; it never changes"),
)
