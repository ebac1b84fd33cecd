"""The overlaps that a two-stage TF-IDF finds, with scikit-learn.

    peer_tfidf.py RECORDS.jsonl PAIRS.csv

First the ten nearest by words that few records share, then those judged by the cosine over all words and pairs
of words. This is what most people write first.
"""

import csv
import json
import sys

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

NEAREST, LEAST_COSINE, BLOCK = 10, 0.15, 2000
# A word that more records share than this says nothing of which records to compare.
MOST_SHARING = 0.02


def candidates(vectors):
    """The nearest records of each, as sorted pairs without repeats."""
    pairs = []
    transposed = vectors.T.tocsr()
    for start in range(0, vectors.shape[0], BLOCK):
        products = vectors[start : start + BLOCK] @ transposed
        for row in range(products.shape[0]):
            begin, end = products.indptr[row], products.indptr[row + 1]
            columns, values = products.indices[begin:end], products.data[begin:end]
            keep = columns != start + row
            columns, values = columns[keep], values[keep]
            if len(values) > NEAREST:
                columns = columns[numpy.argpartition(-values, NEAREST)[:NEAREST]]
            own = numpy.full(len(columns), start + row)
            pairs.append(numpy.stack([numpy.minimum(own, columns), numpy.maximum(own, columns)], axis=1))
    return numpy.unique(numpy.concatenate(pairs), axis=0)


def main():
    records, out = sys.argv[1:3]
    ids, texts = [], []
    with open(records, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            ids.append(record["id"])
            texts.append(record["title"] + ". " + record["summary"])
    rare = TfidfVectorizer(max_df=MOST_SHARING, min_df=2, sublinear_tf=True, dtype=numpy.float32).fit_transform(texts)
    pairs = candidates(rare)
    full = normalize(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=numpy.float32).fit_transform(texts)
    )
    with open(out, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["left_id", "right_id", "score"])
        for start in range(0, len(pairs), 100_000):
            part = pairs[start : start + 100_000]
            cosines = numpy.asarray(full[part[:, 0]].multiply(full[part[:, 1]]).sum(axis=1)).ravel()
            for (left, right), cosine in zip(part, cosines):
                if cosine >= LEAST_COSINE:
                    table.writerow([ids[left], ids[right], f"{cosine:.6f}"])


if __name__ == "__main__":
    main()
