"""Writes selection.json: scores of scikit-learn and numpy for small random tables, the oracle of src/learner/selection.

    /usr/bin/python3 test/golden/selection.py

Seeded; the file names the versions it was made with. No outside data is used.
"""

import json
import os

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.feature_selection import f_classif, mutual_info_classif
from sklearn.metrics import mutual_info_score


PAIRS = [("strong", "linked"), ("weak", "strong")]


def phi_squared(a, b):
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    return float(stats.chi2_contingency(table, correction=False)[0] / len(a))


def case(name, rows, classes, seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, rows)
    numbers = {
        "shifted": random.normal(size=rows) + labels,
        "shape": random.normal(size=rows) * (1 + labels),
        "noise": random.normal(size=rows),
        "large": 1e12 + 1e6 * random.normal(size=rows) + 1e6 * labels,
        "tiny": 1e-200 * (random.random(rows) + 0.3 * (labels == 1)),
        "heavy": np.exp(3 * random.normal(size=rows) + labels),
        "count": random.poisson(2 + 2 * labels).astype(float),
        "flag": (random.random(rows) < 0.2 + 0.5 * (labels == 0)).astype(float),
    }
    numbers["copy"] = -3 * numbers["shifted"] + 0.2 * random.normal(size=rows)
    codes = {
        "weak": random.integers(0, 4, rows),
        "strong": np.where(random.random(rows) < 0.7, labels % 3, random.integers(0, 3, rows)),
    }
    codes["linked"] = np.where(random.random(rows) < 0.8, codes["strong"], random.integers(0, 5, rows))
    for name_of, values in numbers.items():
        numbers[name_of] = np.array([float(f"{value:.9g}") for value in values])
    matrix = np.column_stack(list(numbers.values()))
    # Scaled for scikit-learn's sake: squares of tiny values are zero, and neither F nor information depends on the scale.
    scaled = (matrix - matrix.min(axis=0)) / (matrix.max(axis=0) - matrix.min(axis=0))
    f, _ = f_classif(scaled, labels)
    information = mutual_info_classif(scaled, labels, n_neighbors=3, random_state=0)
    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "numbers": {key: values.tolist() for key, values in numbers.items()},
        "codes": {key: values.tolist() for key, values in codes.items()},
        "expected": {
            "f": dict(zip(numbers, f.tolist())),
            "information": dict(zip(numbers, information.tolist())),
            "informationOfCounts": {
                key: mutual_info_score(values, labels)
                for key, values in {**codes, "flag": numbers["flag"], "count": numbers["count"]}.items()
            },
            "variance": dict(zip(numbers, scaled.var(axis=0).tolist())),
            "pearson": {
                "shifted copy": float(np.corrcoef(numbers["shifted"], numbers["copy"])[0, 1]),
                "large noise": float(np.corrcoef(numbers["large"] - 1e12, numbers["noise"])[0, 1]),
                "heavy count": float(np.corrcoef(numbers["heavy"], numbers["count"])[0, 1]),
            },
            "phiSquared": {f"{a} {b}": phi_squared(codes[a], codes[b]) for a, b in PAIRS},
            "phiSquaredOfLabel": {key: phi_squared(values, labels) for key, values in codes.items()},
        },
    }


CASES = [case("two classes", 600, 2, 1), case("four classes", 800, 4, 2)]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(__file__), "selection.json")
    provenance = (
        f"test/golden/selection.py with scikit-learn {sklearn.__version__}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}"
    )
    with open(path, "w") as file:
        json.dump({"provenance": provenance, "cases": CASES}, file, separators=(",", ":"))
        file.write("\n")
