"""Fills the store of an MLflow server through MLflow's own store, as its server would: registered models with tags and a version.

Usage: mlflow_fill.py STORE MODELS VERSIONS
"""

import sys

from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

LICENSES = ["apache-2.0", "mit", "cc-by-4.0", "openrail", "llama2", "cc-by-nc-4.0", "gpl-3.0", "bsd-3-clause"]
TASKS = ["text-generation", "text-classification", "text-to-image", "automatic-speech-recognition", "feature-extraction",
         "token-classification", "question-answering", "image-classification", "translation", "summarization"]
LIBRARIES = ["transformers", "diffusers", "peft", "sentence-transformers", "timm", "keras"]
BASES = ["bert-base", "whisper-small", "llama-2-7b", "gpt2", "mistral-7b", "t5-small", "vit-base", "clip-vit-large"]
LANGUAGES = ["english", "german", "french", "spanish", "korean", "swahili"]


def name_of(number):
    return f"northwind-{number // 25}.{BASES[number % 8]}-finetuned-{LANGUAGES[number // 8 % 6]}-{number}"


def main(store, models, versions):
    store = SqlAlchemyStore(store)
    for number in range(models):
        name = name_of(number)
        tags = [RegisteredModelTag("license", LICENSES[number % 8]), RegisteredModelTag("task", TASKS[number // 3 % 10]),
                RegisteredModelTag("library", LIBRARIES[number // 7 % 6])]
        description = f"A model for {TASKS[number // 3 % 10]} in {LANGUAGES[number // 8 % 6]}, made from {BASES[number % 8]}."
        store.create_registered_model(name, tags, description)
        store.create_model_version(name, f"file:///models/{number}", tags=[ModelVersionTag("precision", "fp16")])
    store.create_registered_model("nightly", [], "A model with many versions.")
    for number in range(versions):
        store.create_model_version("nightly", f"file:///nightly/{number}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
