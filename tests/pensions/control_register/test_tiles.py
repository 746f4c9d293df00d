"""Tiles as the specification numbers them, and the tree rebuilt from nothing but tiles."""

import pytest

from pensions.control_register.merkle import MerkleLog, leaf_hash
from pensions.control_register.tiles import (
    Tile,
    TileError,
    check_bundle,
    decode_entries,
    encode_entries,
    split_tile,
    tiles_between,
)


def test_paths_of_the_specification():
    assert Tile(0, 1234067).path() == "tile/0/x001/x234/067"
    assert Tile(2, 0, 1).path() == "tile/2/000.p/1"
    assert Tile(0, 273, 112).entries_path() == "tile/entries/273.p/112"


def test_a_tree_of_70_000_has_the_tiles_of_the_specification():
    tiles = list(tiles_between(0, 70_000))
    count = {(level, full): 0 for level in range(3) for full in (True, False)}
    for tile in tiles:
        count[tile.level, tile.width == 256] += 1
    assert count == {(0, True): 273, (0, False): 1, (1, True): 1, (1, False): 1, (2, True): 0, (2, False): 1}
    assert {(t.level, t.width) for t in tiles if t.width < 256} == {(0, 112), (1, 17), (2, 1)}


def test_growth_publishes_only_what_is_new():
    assert list(tiles_between(256, 256)) == []
    assert list(tiles_between(255, 257)) == [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]


def test_the_root_is_rebuilt_from_level_0_tiles():
    log = MerkleLog()
    log.append_hashes([leaf_hash(n.to_bytes(2, "big")) for n in range(600)])
    again = MerkleLog()
    for tile in tiles_between(0, 600):
        if tile.level == 0:
            again.append_hashes(split_tile(tile.read(log.store)))
    assert again.root() == log.root()
    level1 = next(tile for tile in tiles_between(0, 600) if tile.level == 1)
    assert split_tile(level1.read(log.store)) == [again.store.read([(8, n)])[8, n] for n in range(2)]


def test_entry_bundles_come_back_and_fit_their_tile():
    entries = [b"", b"a", b"b" * 300]
    data = encode_entries(entries)
    assert decode_entries(data) == entries
    tile = b"".join(map(leaf_hash, entries))
    assert check_bundle(entries, tile)
    assert not check_bundle(entries[::-1], tile)
    with pytest.raises(TileError):
        decode_entries(data[:-1])
    with pytest.raises(TileError):
        split_tile(tile[:-1])
