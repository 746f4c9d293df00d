"""From Arrow's columns to NumPy's arrays, for rules that are asked of many rows at once.

With its first scalar or array Arrow looks for pandas and, where it is installed, loads it: 43 MB and a fifth of a
second in every process that reads a large file, for nothing. It looks once, so it looks here, while there is none.
What asks Arrow for pandas by name (`to_pandas`) has it all the same.
"""

import sys

import numpy as np
import pyarrow as pa


class _NoPandas:
    @staticmethod
    def find_spec(name: str, *_where: object) -> None:
        if name == "pandas":
            raise ImportError(name)


sys.meta_path.insert(0, _NoPandas)
try:
    pa.scalar(True)
finally:
    sys.meta_path.remove(_NoPandas)


def flags(found: pa.BooleanArray) -> np.ndarray:
    """One for each row, to be changed at will. Nulls are not expected."""
    return found.to_numpy(zero_copy_only=False).copy()
