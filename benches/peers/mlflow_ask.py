"""Asks an MLflow server by its own client, and this registry by plain HTTP, the same questions in turns; prints a Markdown table.

Usage: mlflow_ask.py MLFLOW_URL MODELS VERSIONS REGISTRY_URL TOKEN NAMES_FILE
NAMES_FILE holds names of packages of the registry (models, `namespace/name`), one a line.
"""

import sys
import time

import requests
from mlflow import MlflowClient

from mlflow_fill import BASES, LANGUAGES, LIBRARIES, LICENSES, TASKS, name_of

TIMES = 100
WARM_UP = 10


def main(peer_url, models, versions, url, token, names_file):
    peer = MlflowClient(peer_url, peer_url)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    with open(names_file) as file:
        names = [line.strip() for line in file]

    def get(path, **query):
        answer = session.get(url + path, params=query)
        answer.raise_for_status()
        return answer.json()

    def some(at):
        return at * 7919 % models

    def one(at, of, by=1):
        return of[at // by % len(of)]

    def three(at):
        return {"license": one(at, LICENSES), "task": one(at, TASKS, 2), "library": one(at, LIBRARIES, 3)}

    def peer_three(at):
        return " and ".join(f"tags.`{key}` = '{value}'" for key, value in three(at).items())

    nightly = "/api/v1/models/open-speech/nightly"
    questions = {
        "list, 20 of them": (
            lambda at: peer.search_registered_models(max_results=20),
            lambda at: get("/api/v1/packages")),
        "list, 20 of them, newest first": (
            lambda at: peer.search_registered_models(max_results=20, order_by=["last_updated_timestamp DESC"]),
            lambda at: get("/api/v1/packages")),
        "text search (there: in names, `LIKE`; here: in names, descriptions and cards)": (
            lambda at: peer.search_registered_models(f"name ILIKE '%{one(at, BASES)}%{one(at, LANGUAGES, 2)}%'", max_results=20),
            lambda at: get("/api/v1/packages", q=f"{one(at, BASES)} {one(at, LANGUAGES, 2)}")),
        "three filters": (
            lambda at: peer.search_registered_models(peer_three(at), max_results=20),
            lambda at: get("/api/v1/packages", **three(at))),
        "pattern in names (there: `LIKE`; here: a regular expression)": (
            lambda at: peer.search_registered_models(f"name LIKE 'northwind-%{at % 10}.{one(at, BASES)}%-1%'", max_results=20),
            lambda at: get("/api/v1/packages", regex=f"northwind-.*{at % 10}/{one(at, BASES)}.*-1")),
        "one package": (
            lambda at: peer.get_registered_model(name_of(some(at))),
            lambda at: get(f"/api/v1/models/{names[at % len(names)]}")),
        f"100 versions of one (there: of {versions}; here: of 200 000)": (
            lambda at: peer.search_model_versions("name = 'nightly'", max_results=100),
            lambda at: get(nightly + "/tags", limit=100)),
        "one version": (
            lambda at: peer.get_model_version("nightly", str(1 + at * 37 % versions)),
            lambda at: get(f"{nightly}/revisions/0.{at * 37 % 20}.{at % 100}")),
    }
    print("| p50 / p95 in ms | here | MLflow | at p95 |\n|---|---|---|---|")
    for what, (theirs, ours) in questions.items():
        times = ([], [])
        for at in range(TIMES + WARM_UP):
            for ask, taken in zip((theirs, ours), times):
                begun = time.perf_counter()
                ask(at)
                if at >= WARM_UP:
                    taken.append((time.perf_counter() - begun) * 1000)
        (their50, their95), (our50, our95) = map(percentiles, times)
        print(f"| {what} | {our50:.1f} / {our95:.1f} | {their50:.1f} / {their95:.1f} | {their95 / our95:.0f}x |", flush=True)


def percentiles(times):
    times.sort()
    return times[len(times) // 2], times[len(times) * 95 // 100]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:7])
