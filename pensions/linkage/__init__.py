"""Which records may be one person: comparison levels, the trained model, scores. Knows nothing of Django.

Fellegi and Sunter's model, computed by Splink in DuckDB. A pair is compared in five respects; each respect has levels
from "the same" to "different", and each level a weight: how much more often one person's two records stand there than
two persons' records do. `model.json` holds the weights and how they came to be.
"""
