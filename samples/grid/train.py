"""Train a neural network of one to three hidden layers on the digits."""

import argparse
import os

import joblib
from azureml.core import Run
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--num_hidden_layers", type=int, default=1)
parser.add_argument("--batch_size", type=int, default=32)
args = parser.parse_args()

run = Run.get_context()
run.log("Hidden layers", args.num_hidden_layers)
run.log("Batch size", args.batch_size)

images, labels = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    images / 16, labels, test_size=0.3, stratify=labels, random_state=0
)

model = MLPClassifier(
    hidden_layer_sizes=(32,) * args.num_hidden_layers,
    batch_size=args.batch_size,
    solver="sgd",
    learning_rate_init=0.05,
    random_state=0,
)
for _ in range(args.epochs):
    model.partial_fit(X_train, y_train, classes=range(10))

accuracy = model.score(X_test, y_test)
run.log("Accuracy", accuracy)
print(f"{args.num_hidden_layers} hidden layers, batches of {args.batch_size}: {accuracy:.4f}")

os.makedirs("outputs", exist_ok=True)
joblib.dump(model, "outputs/model.joblib")
