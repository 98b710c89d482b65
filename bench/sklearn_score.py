"""Times scikit-learn's HistGradientBoostingClassifier: one row a call, and a batch. Read by bench/score.ts.

  python3 sklearn_score.py CLASSES DEPTH LEAVES ROWS

Trains 100 rounds on seeded tables of 41 normal columns and prints one line of JSON: microseconds of a call with one row, and
rows per second of processor time in one call, best of five.
"""

import json
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

classes, depth, leaves, rows = (int(value) for value in sys.argv[1:5])
random = np.random.default_rng(1)


def table(count):
    values = random.normal(size=(count, 41))
    scores = np.sin(2 * values[:, : 3 * classes].reshape(count, classes, 3)).sum(axis=2)
    return values, (scores + random.normal(size=scores.shape)).argmax(axis=1)


values, labels = table(20_000)
model = HistGradientBoostingClassifier(
    max_iter=100,
    max_depth=depth or None,
    max_leaf_nodes=leaves,
    early_stopping=False,
    random_state=1,
).fit(values, labels)
test, _ = table(rows)
model.predict_proba(test[:100])
calls, start = 0, time.perf_counter()
while calls < 500 and time.perf_counter() - start < 10:
    model.predict_proba(test[calls % rows].reshape(1, -1))
    calls += 1
single = (time.perf_counter() - start) / calls * 1e6
best = 0
for _ in range(5):
    cpu = time.process_time()
    model.predict_proba(test)
    best = max(best, rows / (time.process_time() - cpu))
print(json.dumps({"rowMicroseconds": single, "rowsPerSecond": best}))
