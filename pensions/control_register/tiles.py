"""Static tiles (c2sp.org/tlog-tiles): the log as files that any web server can serve and any witness can
fetch.

A tile is a run of up to 256 node hashes of every eighth tree level; an entry bundle is the same run of
entries, each with its length in two big-endian bytes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pensions.control_register.merkle import HASH_SIZE, NodeStore, leaf_hash

_NAME = re.compile(r"((?:x\d{3}/){0,5}\d{3})(?:\.p/(\d{1,3}))?", re.ASCII)
TILE_WIDTH = 256
TILE_HEIGHT = 8


class TileError(ValueError):
    """Bytes that are not a tile or an entry bundle."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `index` of tile level `level` with `width` hashes (256 when full)."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Relative path of the hash tile, e.g. `tile/0/x001/x234/067.p/112`."""
        return f"tile/{self.level}/{self._name()}"

    def entries_path(self) -> str:
        """Relative path of the entry bundle of a level 0 tile."""
        return f"tile/entries/{self._name()}"

    def positions(self) -> list[tuple[int, int]]:
        """Node positions whose hashes make up the tile."""
        first = self.index * TILE_WIDTH
        return [(self.level * TILE_HEIGHT, first + offset) for offset in range(self.width)]

    def read(self, store: NodeStore) -> bytes:
        positions = self.positions()
        nodes = store.read(positions)
        return b"".join(nodes[position] for position in positions)

    @classmethod
    def parse(cls, level: str, name: str) -> "Tile":
        """The tile of a path as `path()` writes it; TileError for any other spelling. The level may be `entries`."""
        match = _NAME.fullmatch(name)
        number = 0 if level == "entries" else int(level) if level.isascii() and level.isdigit() else 64
        if match is None or number > 63:
            raise TileError("Not the path of a tile")
        index = int(match[1].replace("x", "").replace("/", ""))
        tile = cls(number, index, int(match[2]) if match[2] else TILE_WIDTH)
        written = tile.entries_path() if level == "entries" else tile.path()
        if written != f"tile/{level}/{name}":
            raise TileError("Not the path of a tile")
        return tile

    def _name(self) -> str:
        groups, rest = [f"{self.index % 1000:03d}"], self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        return "/".join(groups) + ("" if self.width == TILE_WIDTH else f".p/{self.width}")


def tiles_between(old_size: int, new_size: int) -> Iterator[Tile]:
    """Tiles to publish after growth from `old_size` to `new_size`: new full ones and the partial edge."""
    level = 0
    while new_size >> (TILE_HEIGHT * level):
        before, after = old_size >> (TILE_HEIGHT * level), new_size >> (TILE_HEIGHT * level)
        if after > before:
            for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
                yield Tile(level, index)
            if after % TILE_WIDTH:
                yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)
        level += 1


def split_tile(data: bytes) -> list[bytes]:
    """Hashes of a tile."""
    if not data or len(data) % HASH_SIZE or len(data) > TILE_WIDTH * HASH_SIZE:
        raise TileError("Not a tile")
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """Entry bundle: each entry behind its length as big-endian uint16."""
    if any(len(entry) > 0xFFFF for entry in entries):
        raise TileError("An entry has at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(data: bytes) -> list[bytes]:
    """Entries of a bundle."""
    entries, start = [], 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if start + 2 > len(data) or end > len(data):
            raise TileError("The entry bundle is cut off")
        entries.append(data[start + 2 : end])
        start = end
    return entries


def check_bundle(entries: Sequence[bytes], tile: bytes) -> bool:
    """True when the entries hash to the level 0 tile."""
    return [leaf_hash(entry) for entry in entries] == split_tile(tile)
