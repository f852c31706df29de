"""Logistic regression by Newton's method, for the few coefficients that the program ships."""

from __future__ import annotations

import numpy as np

from research.experiments.claims import FloatArray

_STEPS = 30


def fit_logistic(values: FloatArray, labels: FloatArray, weights: FloatArray, penalty: float) -> FloatArray:
    """Return one coefficient for each column of `values` [n, d] and the bias: [d + 1].

    `labels` are 0 or 1, `weights` say how much each row counts; `penalty` is a ridge on standardised coefficients.
    """
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    given = np.hstack([(values - mean) / scale, np.ones((len(values), 1))])
    found = np.zeros(given.shape[1])
    ridge = np.diag([penalty] * (len(found) - 1) + [0.0])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(given @ found, -30, 30)))
        slope = given.T @ (weights * (labels - likely)) - ridge @ found
        bend = (given * (weights * likely * (1 - likely))[:, None]).T @ given + ridge
        found = found + np.linalg.solve(bend, slope)
    plain = found[:-1] / scale
    return np.append(plain, found[-1] - plain @ mean)
