#!/usr/bin/env python3
"""Records what numpy computes of features and probabilities, for tests/Reference/numpy-evaluation.safetensors.

usage: python3 data-scripts/record-evaluation-reference.py [FOLDER]      (default: tests/Reference)

Needs numpy (recorded with 1.24.2). Each figure comes another way than in the framework: the Fréchet distance from the eigenvalues of the lopsided
product of the covariances, precision and recall from the definition, in float64. The inputs are float32 tensors, the results metadata with all digits.
"""
import json, os, struct, sys
import numpy as np

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "Reference")
random = np.random.Generator(np.random.PCG64(1))


def frechet(a, b):
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    eigenvalues = np.linalg.eigvals(s1 @ s2).astype(complex)
    assert np.abs(eigenvalues.imag).max() < 1e-6 * np.abs(eigenvalues).max()
    roots = np.sqrt(np.maximum(eigenvalues.real, 0))
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s1) + np.trace(s2) - 2 * roots.sum())


def share_within(points, others, k=3):
    distance = lambda x, y: np.sqrt(((x[:, None] - y[None]) ** 2).sum(2))
    radii = np.sort(distance(points, points), axis=1)[:, k]  # column 0 is the point itself
    return float((distance(others, points) <= radii).any(1).mean())


def score(p):
    return float(np.exp((p * np.log(p / p.mean(0))).sum(1).mean()))


def features(count, size, rank, shift):
    """Correlated, none below zero, as after a ReLU; of a rank below the size if so wanted."""
    mixed = random.normal(size=(count, rank)) @ random.normal(size=(rank, size)) + shift
    return np.maximum(mixed, 0).astype(np.float32) if rank == size else mixed.astype(np.float32)


tensors, results = {}, {}
for name, real, fake in (
        ("full", features(200, 7, 7, 1.0), features(150, 7, 7, 0.5)),
        ("deficient", features(90, 8, 3, 0.25), features(110, 8, 5, 0.0))):
    tensors.update({f"{name}/real": real, f"{name}/fake": fake})
    r, f = real.astype(np.float64), fake.astype(np.float64)
    results.update({f"{name}/frechet": frechet(f, r), f"{name}/precision": share_within(r, f), f"{name}/recall": share_within(f, r)})

logits = 3 * random.normal(size=(60, 10))
p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
tensors["probabilities"] = p.astype(np.float32)
results["score"] = score(tensors["probabilities"].astype(np.float64))

header, data = {"__metadata__": {key: repr(value) for key, value in results.items()}}, b""
for key, value in tensors.items():
    raw = np.ascontiguousarray(value).astype("<f4").tobytes()
    header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open(os.path.join(folder, "numpy-evaluation.safetensors"), "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
print(json.dumps(results, indent=2))
