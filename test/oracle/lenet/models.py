"""The networks on Fashion-MNIST. Parameters come in the order of `model.parameters()`: weight, then bias, of each
layer from the pixels on; convolutions are [out, in, height, width], dense layers [out, in]."""

from torch import nn


def lenet() -> nn.Sequential:
    """SPEC §3. PyTorch's default initialisation of Conv2d and Linear is U(±1/√fan_in) for weights and biases."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10),
    )  # fmt: skip


def softmax_regression() -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def mlp(hidden: int = 256) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def two_conv_two_dense() -> nn.Sequential:
    """DeepOBS's 2c2d. Its "same" padding is 2 for 5×5, and none for pooling, as 28 and 14 are even."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 1024), nn.ReLU(),
        nn.Linear(1024, 10),
    )  # fmt: skip
