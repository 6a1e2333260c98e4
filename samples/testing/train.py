"""Train a small network on the digits: `train` does it, the script reads the arguments."""

import argparse
import os

import joblib
from azureml.core import Run
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier


def train(run, learning_rate, units, epochs):
    images, labels = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        images / 16, labels, test_size=0.3, stratify=labels, random_state=0
    )
    model = MLPClassifier(
        hidden_layer_sizes=(units,), learning_rate_init=learning_rate, random_state=0
    )
    for _ in range(epochs):
        model.partial_fit(X_train, y_train, classes=range(10))
        run.log("accuracy", model.score(X_test, y_test))

    os.makedirs("outputs", exist_ok=True)
    joblib.dump(model, "outputs/model.joblib")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--units", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    train(Run.get_context(), **vars(parser.parse_args()))
