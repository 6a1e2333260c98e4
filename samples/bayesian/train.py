"""Train a small neural network on the digits."""

import argparse
import os

import joblib
from azureml.core.run import Run
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--learning_rate", type=float, default=0.05)
parser.add_argument("--batch_size", type=int, default=32)
args = parser.parse_args()

run = Run.get_context()

images, labels = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    images / 16, labels, test_size=0.3, stratify=labels, random_state=0
)

model = MLPClassifier(
    hidden_layer_sizes=(32,),
    batch_size=args.batch_size,
    solver="sgd",
    learning_rate_init=args.learning_rate,
    random_state=0,
)
for epoch in range(5):
    model.partial_fit(X_train, y_train, classes=range(10))
    accuracy = model.score(X_test, y_test)
    run.log("accuracy", accuracy)
    print(f"epoch {epoch}: accuracy {accuracy:.4f}, loss {model.loss_:.4f}")

os.makedirs("outputs", exist_ok=True)
joblib.dump(model, "outputs/model.joblib")
