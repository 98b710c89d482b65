"""Fits one learner of scikit-learn on the tables of a folder, in a process of its own, and prints what was measured.

  python3 sklearn_train.py FOLDER LEARNER PARAMETERS SEED

Tables are those that bench/support/bench-tables.ts writes. Trees get missing values as medians and categories as
codes (histogram boosting both as they are); all others get one-hot categories and standard scores, whose time counts, as it
does on the other side. Writes the probabilities (or decision values made to sum to 1) of the test rows to FOLDER/sklearn.f64.
"""

import json
import os
import sys
import time

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

folder, learner, parameters, seed = sys.argv[1:5]
facts = json.load(open(os.path.join(folder, "facts.json")))
parameters = json.loads(parameters)
seed = int(seed)
categorical = facts["categorical"]
columns = len(facts["schema"]["columns"])
numeric = [index for index in range(columns) if index not in categorical]


def table(name):
    rows = facts["rows"][name]
    values = np.fromfile(os.path.join(folder, name + ".f64"), dtype=np.float64).reshape(columns, rows)
    values = np.asfortranarray(values.T)
    values[np.isinf(values)] = np.nan
    return values, np.fromfile(os.path.join(folder, name + ".i32"), dtype=np.int32)


class Codes:
    """Category codes as numbers, unknown ones as -1; missing numbers as medians."""

    def fit(self, values, labels=None):
        self.medians = np.nan_to_num(np.nanmedian(values[:, numeric], axis=0)) if numeric else None
        return self

    def transform(self, values):
        values = values.copy(order="F")
        for place, index in enumerate(numeric):
            column = values[:, index]
            column[np.isnan(column)] = self.medians[place]
        for index in categorical:
            column = values[:, index]
            column[np.isnan(column)] = -1
        return values

    def fit_transform(self, values, labels=None):
        return self.fit(values).transform(values)


def encoder():
    codes = ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), categorical)
    numbers = ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric)
    steps = [numbers] + ([codes] if categorical else [])
    return ColumnTransformer(steps)


def sampled(values, labels, most):
    if len(labels) <= most:
        return values, labels
    from sklearn.model_selection import train_test_split

    counts = np.bincount(labels)
    stratify = labels if counts[counts > 0].min() > 1 else None
    taken, _, kept, _ = train_test_split(values, labels, train_size=most, random_state=seed, stratify=stratify)
    return taken, kept


def estimator():
    """The estimator, what comes before it, and most rows that it is given."""
    if learner == "tree":
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(random_state=seed, **parameters), Codes(), None
    if learner == "forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(random_state=seed, n_jobs=-1, **parameters), Codes(), None
    if learner == "extra-trees":
        from sklearn.ensemble import ExtraTreesClassifier

        return ExtraTreesClassifier(random_state=seed, n_jobs=-1, **parameters), Codes(), None
    if learner == "boosting":
        from sklearn.ensemble import HistGradientBoostingClassifier

        model = HistGradientBoostingClassifier(
            categorical_features=categorical or None, random_state=seed, early_stopping=False, **parameters
        )
        return model, None, None
    if learner == "xgboost":
        from xgboost import XGBClassifier

        return XGBClassifier(random_state=seed, n_jobs=os.cpu_count(), tree_method="hist", **parameters), Codes(), None
    if learner == "svm":
        from sklearn.svm import LinearSVC

        return LinearSVC(random_state=seed, **parameters), encoder(), None
    if learner == "svm-rbf":
        from sklearn.svm import SVC

        most = parameters.pop("most")
        return SVC(random_state=seed, cache_size=500, **parameters), encoder(), most
    if learner == "logistic":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(random_state=seed, n_jobs=-1, **parameters), encoder(), None
    if learner == "sgd":
        from sklearn.linear_model import SGDClassifier

        return SGDClassifier(random_state=seed, n_jobs=-1, **parameters), encoder(), None
    if learner == "bayes":
        from sklearn.naive_bayes import GaussianNB

        return GaussianNB(**parameters), encoder(), None
    if learner == "neighbours":
        from sklearn.neighbors import KNeighborsClassifier

        most = parameters.pop("most")
        return KNeighborsClassifier(n_jobs=-1, **parameters), encoder(), most
    if learner == "mlp":
        from sklearn.neural_network import MLPClassifier

        return MLPClassifier(random_state=seed, **parameters), encoder(), None
    if learner == "isolation-forest":
        from sklearn.ensemble import IsolationForest

        return IsolationForest(random_state=seed, n_jobs=-1, **parameters), Codes(), None
    if learner == "one-class":
        from sklearn.svm import OneClassSVM

        most = parameters.pop("most")
        return OneClassSVM(cache_size=500, **parameters), encoder(), most
    raise SystemExit("no such learner: " + learner)


def probabilities_of(model, values):
    if learner in ("isolation-forest", "one-class"):
        # Odd rows have low scores; only their order matters.
        odd = -model.decision_function(values)
        shares = 1 / (1 + np.exp(-(odd - odd.mean()) / max(odd.std(), 1e-12)))
        return np.column_stack([1 - shares, shares])
    if hasattr(model, "predict_proba"):
        found = model.predict_proba(values)
    else:
        decisions = model.decision_function(values)
        if decisions.ndim == 1:
            decisions = np.column_stack([-decisions, decisions])
        decisions = decisions - decisions.max(axis=1, keepdims=True)
        found = np.exp(decisions)
        found /= found.sum(axis=1, keepdims=True)
    wide = np.zeros((len(values), len(facts["classes"])))
    wide[:, model.classes_] = found
    return wide


def peak_megabytes():
    """Of this program alone: what getrusage says begins with what the process held that started it."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


values, labels = table("training")
before = peak_megabytes()
model, preparation, most = estimator()
if learner in ("isolation-forest", "one-class"):
    benign = [facts["classes"].index(name) for name in facts["benign"]]
    values, labels = values[np.isin(labels, benign)], labels[np.isin(labels, benign)]
wall, cpu = time.perf_counter(), time.process_time() + sum(os.times()[2:4])
given = values if preparation is None else preparation.fit_transform(values)
if most is not None:
    given, labels = sampled(given, labels, most)
model.fit(given) if learner in ("isolation-forest", "one-class") else model.fit(given, labels)
wall, cpu = time.perf_counter() - wall, time.process_time() + sum(os.times()[2:4]) - cpu
peak = peak_megabytes()
test, _ = table("test")
start = time.perf_counter()
found = probabilities_of(model, test if preparation is None else preparation.transform(test))
scoring = time.perf_counter() - start
# One row a call, prepared before: that costs them nothing here, and counts on the other side.
single = np.ascontiguousarray((test if preparation is None else preparation.transform(test[:200]))[:200])
calls = 0
start = time.perf_counter()
while calls < 200 and time.perf_counter() - start < 5:
    probabilities_of(model, single[calls % len(single)].reshape(1, -1))
    calls += 1
row_microseconds = (time.perf_counter() - start) / calls * 1e6
np.ascontiguousarray(found, dtype=np.float64).tofile(os.path.join(folder, "sklearn.f64"))
print(
    json.dumps(
        {
            "seconds": wall,
            "cpuSeconds": cpu,
            "scoreSeconds": scoring,
            "rowMicroseconds": row_microseconds,
            "memoryBefore": before,
            "peakMegabytes": peak,
            "rows": len(labels),
        }
    )
)
