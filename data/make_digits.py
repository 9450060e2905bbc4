"""Writes digits.bin from the copy of the data set that scikit-learn brings: python make_digits.py.

Made with scikit-learn 1.9.1. README.md says what they are, and under which licence.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
rows = np.column_stack([digits.data, digits.target]).astype(np.uint8)
assert rows.shape == (1797, 65)
Path(__file__).with_name("digits.bin").write_bytes(rows.tobytes())
