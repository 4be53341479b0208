"""The rules that PyTorch has, under the specification's names."""

import torch
from reference import complete


def in_pytorch(optimizer: str, settings: dict) -> bool:
    settings = complete(optimizer, settings)
    return not (
        optimizer in ("yogi", "lion")
        or settings.get("epsPlacement") == "inside"
        or "clipNorm" in settings
        or "clipValue" in settings
        or (optimizer == "rprop" and settings["weightDecay"] != 0)
    )


def create(optimizer: str, settings: dict, parameters) -> torch.optim.Optimizer:
    assert in_pytorch(optimizer, settings)
    s = complete(optimizer, settings)
    kinds = {
        "sgd": torch.optim.SGD,
        "momentum": torch.optim.SGD,
        "nesterov": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adadelta": torch.optim.Adadelta,
        "adam": torch.optim.Adam,
        "amsgrad": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "nadam": torch.optim.NAdam,
        "adamax": torch.optim.Adamax,
        "radam": torch.optim.RAdam,
        "asgd": torch.optim.ASGD,
        "rprop": torch.optim.Rprop,
    }
    names = {
        "lr": "lr",
        "momentum": "momentum",
        "dampening": "dampening",
        "eps": "eps",
        "initialAccumulator": "initial_accumulator_value",
        "rho": "rho" if optimizer == "adadelta" else "alpha",
        "centered": "centered",
        "momentumDecay": "momentum_decay",
        "lambd": "lambd",
        "alpha": "alpha",
        "t0": "t0",
        "weightDecay": "weight_decay",
    }
    options = {names[key]: value for key, value in s.items() if key in names}
    if "beta1" in s:
        options["betas"] = (s["beta1"], s["beta2"])
    if optimizer == "nesterov":
        options["nesterov"] = True
    if optimizer == "amsgrad":
        options["amsgrad"] = True
    if optimizer == "rprop":
        options.pop("weight_decay")
        options["etas"] = (s["etaMinus"], s["etaPlus"])
        options["step_sizes"] = (s["minStep"], s["maxStep"])
    return kinds[optimizer](parameters, foreach=False, **options)
