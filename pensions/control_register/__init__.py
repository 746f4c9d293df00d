"""The control register's pure core: an append-only Merkle log and the texts by which strangers check it.

| module       | what it gives                                                                              |
|--------------|--------------------------------------------------------------------------------------------|
| `merkle`     | RFC 6962/9162 hashing, `MerkleLog` over any node store, proofs and their verification      |
| `leaves`     | log entries: kind, moment and a salted commitment; nothing personal                        |
| `notes`      | C2SP signed notes: keys, signing, opening, witness cosignatures                            |
| `checkpoint` | C2SP checkpoints: origin, size, root                                                       |
| `tlog_proof` | C2SP tlog-proof texts: entry, inclusion proof and checkpoint in one file                   |
| `tiles`      | C2SP static tiles and entry bundles for download                                           |
| `audit`      | entries, nodes and checkpoints of a stored log held against one another                    |

No module here knows of Django or of a database. Byte formats: docs/certificate-format.md.
"""
