"""From Arrow's columns to NumPy's arrays, for rules that are asked of many rows at once."""

import numpy as np
import pyarrow as pa


def flags(found: pa.BooleanArray) -> np.ndarray:
    """One for each row, to be changed at will. Nulls are not expected."""
    return found.to_numpy(zero_copy_only=False).copy()
