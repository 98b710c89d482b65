"""Writes profile.json: a small table with its statistics by numpy, scipy and scikit-learn, the oracle of src/dataset/profile.

    /usr/bin/python3 test/golden/profile.py

Seeded; the file names the versions it was made with. No outside data is used.
"""

import json
import os
import statistics

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.feature_selection import f_classif

ROWS = 240
SHARES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]

random = np.random.default_rng(20)
classes = random.choice(["benign", "flood", "scan"], ROWS, p=[0.6, 0.3, 0.1])
base = random.normal(0, 1, ROWS)

numbers = {
    "steady": base * 3 + 10,
    # Ranks go with those of `steady`, values hardly.
    "skewed": np.exp(base * 6),
    # Full of ties, and goes with the class.
    "tied": np.where(classes == "flood", 3, 1) + random.integers(0, 3, ROWS),
    # Missing in some rows, infinite in others.
    "gaps": -base + random.normal(0, 0.5, ROWS),
    "holes": random.normal(0, 1e9, ROWS),
    # Small differences on a large value.
    "offset": 1e9 + random.normal(0, 1e-3, ROWS),
}
numbers["gaps"][random.choice(ROWS, 40, replace=False)] = np.nan
numbers["gaps"][:3] = [np.inf, -np.inf, np.inf]
numbers["holes"][random.choice(ROWS, 90, replace=False)] = np.nan

categories = {
    "protocol": np.where(random.random(ROWS) < 0.8, np.where(classes == "scan", "icmp", "tcp"), "udp"),
    "colour": random.choice(["red", "green", "blue", "grey"], ROWS),
    "host": np.array([f"h{number}" for number in random.integers(0, 25, ROWS)]),
    "label": classes,
}


def shifted(values):
    """Correlations and ratios do not change, and lose fewer digits."""
    return values - values[0]


def both(a, b):
    there = np.isfinite(a) & np.isfinite(b)
    return shifted(a[there]), shifted(b[there])


def cramer(a, b):
    """Bergsma 2013, from scipy's chi-square."""
    table = np.array([[np.sum((a == x) & (b == y)) for y in np.unique(b)] for x in np.unique(a)])
    n, (r, k) = table.sum(), table.shape
    chi = stats.chi2_contingency(table, correction=False)[0]
    phi = max(0, chi / n - (k - 1) * (r - 1) / (n - 1))
    return float(np.sqrt(phi / min(k - (k - 1) ** 2 / (n - 1) - 1, r - (r - 1) ** 2 / (n - 1) - 1)))


def ratio(values):
    """From the F of an analysis of variance."""
    there = np.isfinite(values)
    f = f_classif(shifted(values[there]).reshape(-1, 1), classes[there])[0][0]
    between, within = len(np.unique(classes[there])) - 1, there.sum() - len(np.unique(classes[there]))
    return float(np.sqrt(f * between / (f * between + within)))


def column(values):
    # The module statistics reckons with fractions, without losing digits.
    finite = values[np.isfinite(values)]
    return {
        "missing": int(np.isnan(values).sum()),
        "infinite": int(np.isinf(values).sum()),
        "zeros": int((values == 0).sum()),
        "negative": int((finite < 0).sum()),
        "distinct": len(np.unique(finite)),
        "mean": statistics.mean(finite.tolist()),
        "standardDeviation": statistics.stdev(finite.tolist()),
        "quantiles": [float(value) for value in np.quantile(finite, SHARES)],
        "medianByClass": {
            name: float(np.median(values[(classes == name) & np.isfinite(values)])) for name in np.unique(classes)
        },
        "correlationRatio": ratio(values),
    }


def told(value):
    return None if np.isnan(value) else "inf" if value == np.inf else "-inf" if value == -np.inf else float(value)


names = list(numbers)
result = {
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "sklearn": sklearn.__version__,
    "numbers": {name: [told(value) for value in values] for name, values in numbers.items()},
    "categories": {name: values.tolist() for name, values in categories.items()},
    "columns": {name: column(values) for name, values in numbers.items()},
    "pearson": [[float(stats.pearsonr(*both(numbers[a], numbers[b]))[0]) for b in names] for a in names],
    "spearman": [[float(stats.spearmanr(*both(numbers[a], numbers[b]))[0]) for b in names] for a in names],
    "cramersV": [[cramer(a, b) for b in categories.values()] for a in categories.values()],
}
path = os.path.join(os.path.dirname(__file__), "profile.json")
with open(path, "w", encoding="utf8") as file:
    json.dump(result, file)
    file.write("\n")
