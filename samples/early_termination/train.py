"""Train a network on the digits and report its accuracy after every epoch."""

import argparse
import os
import time

import joblib
from azureml.core import Run
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=30)
parser.add_argument("--learning_rate", type=float, default=0.01)
parser.add_argument("--hidden", type=int, default=64)
args = parser.parse_args()

run = Run.get_context()

images, labels = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    images / 16, labels, test_size=0.3, stratify=labels, random_state=0
)

model = MLPClassifier(
    hidden_layer_sizes=(args.hidden, args.hidden),
    batch_size=64,
    solver="sgd",
    learning_rate_init=args.learning_rate,
    random_state=0,
)
os.makedirs("outputs", exist_ok=True)
for epoch in range(args.epochs):
    started = time.time()
    model.partial_fit(X_train, y_train, classes=range(10))
    accuracy = model.score(X_test, y_test)
    joblib.dump(model, "outputs/model.joblib")
    run.log("seconds", time.time() - started)
    run.log("accuracy", accuracy)  # a policy judges the run each time it logs this metric
    print(f"epoch {epoch}: accuracy {accuracy:.4f}")
