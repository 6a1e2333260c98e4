"""Functions: test functions with known optima, on the ranges of their sources.

x (d,) is a point. Where an optimum lies in the middle of the usual range, or at a round number,
the problems move it.

References:
    Surjanovic & Bingham, "Virtual Library of Simulation Experiments",
    https://www.sfu.ca/~ssurjano/optimization.html
"""

import math

import numpy as np

BRANIN_OPTIMUM = 0.39788735772973816
HARTMANN3_OPTIMUM = -3.862782147820755
HARTMANN6_OPTIMUM = -3.322368011415515
MICHALEWICZ5_OPTIMUM = -4.687658179
SHEKEL_OPTIMUM = -10.536409816692046


def branin(x, y):
    bowl = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def goldstein_price(x, y):
    first = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    second = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * first) * (30 + (2 * x - 3 * y) ** 2 * second)


def camel(x, y):
    """The six-hump camel; its least value is -1.0316284534898774."""
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2


def beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def rosenbrock(x):
    x = np.asarray(x, dtype=float)
    return float((100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum())


def ackley(x):
    """Least, 0, at 0."""
    x = np.asarray(x, dtype=float)
    return float(
        20
        + math.e
        - 20 * math.exp(-0.2 * math.sqrt((x**2).mean()))
        - math.exp(np.cos(2 * math.pi * x).mean())
    )


def levy(x):
    """Least, 0, at 1."""
    w = 1 + (np.asarray(x, dtype=float) - 1) / 4
    middle = (w[:-1] - 1) ** 2 * (1 + 10 * np.sin(math.pi * w[:-1] + 1) ** 2)
    last = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return float(math.sin(math.pi * w[0]) ** 2 + middle.sum() + last)


def styblinski_tang(x):
    """Least, -39.16616570377142 d, at -2.9035 in each coordinate."""
    x = np.asarray(x, dtype=float)
    return float((x**4 - 16 * x**2 + 5 * x).sum() / 2)


def griewank(x):
    """Least, 0, at 0."""
    x = np.asarray(x, dtype=float)
    ripples = np.cos(x / np.sqrt(np.arange(1, len(x) + 1))).prod()
    return float(1 + (x**2).sum() / 4000 - ripples)


def michalewicz(x):
    x = np.asarray(x, dtype=float)
    steep = np.sin(np.arange(1, len(x) + 1) * x**2 / math.pi) ** 20
    return -float((np.sin(x) * steep).sum())


_BETA = 0.1 * np.array([1, 2, 2, 4, 4, 6, 3, 7, 5, 5])
_C = np.array(
    [
        [4, 1, 8, 6, 3, 2, 5, 8, 6, 7],
        [4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6],
        [4, 1, 8, 6, 3, 2, 5, 8, 6, 7],
        [4, 1, 8, 6, 7, 9, 3, 1, 2, 3.6],
    ]
)


def shekel(x):
    """Ten holes; the deepest is at about 4 in each coordinate."""
    return -float((1 / (((np.asarray(x)[:, None] - _C) ** 2).sum(axis=0) + _BETA)).sum())


_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])
_A3 = np.array([[3.0, 10, 30], [0.1, 10, 35], [3.0, 10, 30], [0.1, 10, 35]])
_P3 = 1e-4 * np.array(
    [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
)
_A6 = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_P6 = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def hartmann3(x):
    return -float(_ALPHA @ np.exp(-(_A3 * (np.asarray(x) - _P3) ** 2).sum(axis=1)))


def hartmann6(x):
    return -float(_ALPHA @ np.exp(-(_A6 * (np.asarray(x) - _P6) ** 2).sum(axis=1)))
