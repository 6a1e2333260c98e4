"""Train a network with dropout on the digits, in plain numpy.

The learning rate comes in thousandths (10 means 0.010), as the sweep draws it from normal(10, 3).
Of the wide hidden layer, dropout keeps only a small part of the units at a time.
"""

import argparse
import os

import numpy as np
from azureml.core import Run
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=500)
parser.add_argument("--epochs", type=int, default=15)
parser.add_argument("--learning_rate", type=float, default=10.0, help="in thousandths")
parser.add_argument("--keep_probability", type=float, default=0.1)
parser.add_argument("--batch_size", type=int, default=64)
args = parser.parse_args()

rate = max(args.learning_rate, 0.1) / 1000  # a normal distribution also has negative values
momentum = 0.9
random = np.random.default_rng(0)
run = Run.get_context()

images, labels = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    images / 16, labels, test_size=0.3, stratify=labels, random_state=0
)
targets = np.eye(10)[y_train]

weights = [
    random.normal(0, np.sqrt(2 / 64), (64, args.hidden)),
    np.zeros(args.hidden),
    random.normal(0, np.sqrt(1 / args.hidden), (args.hidden, 10)),
    np.zeros(10),
]
steps = [np.zeros_like(w) for w in weights]


def forward(x, keep):
    hidden = np.maximum(x @ weights[0] + weights[1], 0) * keep
    logits = hidden @ weights[2] + weights[3]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return hidden, exponents / exponents.sum(axis=1, keepdims=True)


for epoch in range(args.epochs):
    order = random.permutation(len(X_train))
    for start in range(0, len(order), args.batch_size):
        batch = order[start : start + args.batch_size]
        x = X_train[batch]
        mask = random.random((len(batch), args.hidden)) < args.keep_probability
        keep = mask / args.keep_probability
        hidden, probabilities = forward(x, keep)
        error = (probabilities - targets[batch]) / len(batch)
        back = (error @ weights[2].T) * keep * (hidden > 0)
        gradients = [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
        for weight, step, gradient in zip(weights, steps, gradients):
            step *= momentum
            step -= rate * gradient
            weight += step

    _, probabilities = forward(X_test, 1.0)
    accuracy = float((probabilities.argmax(axis=1) == y_test).mean())
    loss = float(-np.log(probabilities[np.arange(len(y_test)), y_test] + 1e-12).mean())
    run.log("accuracy", accuracy)
    run.log("validation_loss", loss)
    print(f"epoch {epoch}: accuracy {accuracy:.4f}, loss {loss:.4f}")

os.makedirs("outputs", exist_ok=True)
np.savez("outputs/model.npz", *weights)
