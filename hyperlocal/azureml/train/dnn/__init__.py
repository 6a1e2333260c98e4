"""Estimators for deep learning: PyTorch, TensorFlow and Chainer."""

from __future__ import annotations

from hyperlocal.azureml import _placeholders
from hyperlocal.azureml.train._distributed_training import Gloo, Mpi, Nccl, ParameterServer
from hyperlocal.azureml.train.dnn._chainer import Chainer
from hyperlocal.azureml.train.dnn._pytorch import PyTorch
from hyperlocal.azureml.train.dnn._tensorflow import TensorFlow

__all__ = ["Chainer", "Gloo", "Mpi", "Nccl", "ParameterServer", "PyTorch", "TensorFlow"]

__getattr__ = _placeholders.lacking(__name__)
