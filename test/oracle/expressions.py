"""expressions.json: values and gradients of objective expressions, by SymPy with 50 digits."""

import math
import re
from fractions import Fraction

import numpy as np
import sympy
import torch
from common import write

# (expression, low, high) for one dimension; (expression, low1, high1, low2, high2) for two. Points are drawn
# from the ranges, which keep off kinks and stay inside the domain.
ONE = [
    ("x", -3, 3),
    ("-x", -3, 3),
    ("42", -3, 3),
    ("pi*x+e", -3, 3),
    ("x^2", -3, 3),
    ("-x^2", -3, 3),
    ("(-x)^2", -3, 3),
    ("2^-x", -3, 3),
    ("-2^-x", -3, 3),
    ("x^-2", 0.3, 3),
    ("x^-3", -3, -0.4),
    ("2^x^2", -1.5, 1.5),
    ("(2^x)^2", -1.5, 1.5),
    ("x^2^3", -1.5, 1.5),
    ("x^x", 0.2, 3),
    ("x^0.5", 0.2, 3),
    ("x^(1/3)", 0.2, 3),
    ("x^3-2*x^2+x-5", -3, 3),
    ("1-2-x-3", -3, 3),
    ("16/x/2", 0.5, 3),
    ("12/x*2", 0.5, 3),
    ("2*-x", -3, 3),
    ("3--x", -3, 3),
    ("x/-4", -3, 3),
    ("1e-3*x^2+2.5e2*x-0.125", -3, 3),
    ("1.5e1*x-3e0", -3, 3),
    ("e^x", -3, 3),
    ("exp(-x^2/2)/sqrt(2*pi)", -2, 2),
    ("sin(x)", -3, 3),
    ("cos(2*pi*x)", -0.9, 0.9),
    ("tan(x/2)", -2, 2),
    ("log(x)", 0.2, 5),
    ("sqrt(x)", 0.2, 5),
    ("abs(x)", 0.4, 3),
    ("abs(x)", -3, -0.4),
    ("abs(x-4)^1.5", -3, 3),
    ("tanh(x)", -2, 2),
    ("x*cos(0.15*pi*x)", -10, 10),
    ("sin(cos(tan(x/3)))", -2, 2),
    ("log(sqrt(exp(abs(x)+1)))", 0.3, 3),
    ("-(-(-(x)))", -3, 3),
    ("((((x+1)*2-3)/4)^2+5)^-1", -3, 3),
    (" x ^ 2 + 3 * ( x - 1 ) ", -3, 3),
    ("-x^-2*-3", 0.4, 3),
    ("exp(sin(x)^2)*log(1+x^2)-tanh(x/(1+abs(x+5)))", -3, 3),
    ("sqrt(1+sqrt(1+sqrt(1+x^2)))", -3, 3),
    ("e^(e^-x)*pi^(x/pi)", -1, 2),
    ("0.1*x^4-0.5*x^3+sin(5*x)/(1+exp(-3*x))", -2, 3),
]
TWO = [
    ("x1^2+2*x2^2", -5, 5, -5, 5),
    ("0.1*x1^2+2*x2^2", -5, 5, -5, 5),
    ("x1", -5, 5, -5, 5),
    ("-x2", -5, 5, -5, 5),
    ("(1-x1)^2+100*(x2-x1^2)^2", -2, 2, -1, 3),
    ("(1.5-x1+x1*x2)^2+(2.25-x1+x1*x2^2)^2+(2.625-x1+x1*x2^3)^2", -4, 4, -4, 4),
    ("(x1^2+x2-11)^2+(x1+x2^2-7)^2", -5, 5, -5, 5),
    ("20+x1^2-10*cos(2*pi*x1)+x2^2-10*cos(2*pi*x2)", -5, 5, -5, 5),
    (
        "-20*exp(-0.2*sqrt(0.5*(x1^2+x2^2)))-exp(0.5*(cos(2*pi*x1)+cos(2*pi*x2)))+e+20",
        0.3, 4, -4, -0.3,
    ),
    ("(x1+2*x2-7)^2+(2*x1+x2-5)^2", -8, 8, -8, 8),
    ("x1^2-x2^2", -3, 3, -3, 3),
    ("x1^3-3*x1*x2^2", -2, 2, -2, 2),
    ("(x1^4-16*x1^2+5*x1+x2^4-16*x2^2+5*x2)/2", -4, 4, -4, 4),
    ("x1^x2", 0.3, 3, -2, 2),
    ("x1^2^x2", 0.3, 2, 0.2, 2),
    ("x1-x2-x1*x2-x1/x2", -3, 3, 0.5, 3),
    ("abs(x1)*sqrt(x2)-log(x2)/tanh(x1)", 0.4, 2, 0.3, 3),
    ("tanh(x1*sin(x2))^2+exp(-abs(x1-x2))", -2, -0.2, 0.2, 2),
    ("log(1+exp(-x1*x2))+1e-2*(x1^2+x2^2)", -3, 3, -3, 3),
    ("sin(x1+x2)*cos(x1-x2)/(1+x1^2*x2^2)-tan(x1/5)", -3, 3, -3, 3),
    ("-cos(x1)*cos(x2)*exp(-((x1-pi)^2+(x2-pi)^2))", 2, 4.5, 2, 4.5),
    ("0.26*(x1^2+x2^2)-0.48*x1*x2", -8, 8, -8, 8),
]
INVALID = [
    ("", 1),
    ("x+", 1),
    ("(x", 1),
    ("x)", 1),
    ("()", 1),
    ("sin", 1),
    ("sin()", 1),
    ("y", 1),
    ("x1", 1),
    ("x", 2),
    ("x3", 2),
    ("foo(x)", 1),
    ("x;1", 1),
    ("x=2", 1),
    ("x,1", 1),
    ("x**2", 1),
    ("x%2", 1),
    ("x>1", 1),
    ("Math.sin(x)", 1),
    ("x.constructor", 1),
    ("constructor", 1),
    ("toString()", 1),
    ("\"x\"", 1),
    ("x[0]", 1),
    ("1.2.3*x", 1),
    ("*x", 1),
    ("x^", 1),
    ("x*/2", 1),
]

NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![A-Za-z0-9_])")


def exact(value: float) -> sympy.Rational:
    fraction = Fraction(value)
    return sympy.Rational(fraction.numerator, fraction.denominator)


def to_sympy(expression: str, symbols: dict):
    """Python's precedence of **, unary minus, * and + is the grammar's; numbers stand for their float64 values."""
    text = NUMBER.sub(lambda match: f"exact({float(match[1])!r})", expression.strip()).replace("^", "**")
    names = {name: getattr(sympy, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh")}
    scope = {**names, "abs": sympy.Abs, "pi": sympy.pi, "e": sympy.E, "exact": exact, **symbols}
    return sympy.sympify(eval(text, {"__builtins__": {}}, scope))


def with_torch(expression: str, names: list, point: list):
    """The same in float64 with automatic derivatives: shows that no case loses digits to cancellation."""
    variables = [torch.tensor(float(value), requires_grad=True) for value in point]
    functions = {name: getattr(torch, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs")}
    wrapped = {
        name: (lambda function: lambda value: function(torch.as_tensor(value)))(function)
        for name, function in functions.items()
    }
    scope = {**wrapped, "pi": math.pi, "e": math.e, **dict(zip(names, variables))}
    text = NUMBER.sub(lambda match: repr(float(match[1])), expression.strip()).replace("^", "**")
    value = torch.as_tensor(eval(text, {"__builtins__": {}}, scope))
    if not value.requires_grad:
        return float(value), [0.0 for _ in names]
    slopes = torch.autograd.grad(value, variables, allow_unused=True)
    return float(value.detach()), [0.0 if slope is None else float(slope) for slope in slopes]


def case(expression: str, ranges: tuple, random: np.random.Generator) -> dict:
    dimension = len(ranges) // 2
    names = ["x"] if dimension == 1 else ["x1", "x2"]
    symbols = {name: sympy.Symbol(name, real=True) for name in names}
    function = to_sympy(expression, symbols)
    slopes = [sympy.diff(function, symbol) for symbol in symbols.values()]
    points, values, gradients = [], [], []
    for _ in range(5):
        point = [float(f"{random.uniform(ranges[2 * i], ranges[2 * i + 1]):.3f}") for i in range(dimension)]
        place = {symbol: exact(coordinate) for symbol, coordinate in zip(symbols.values(), point)}
        numbers = [sympy.N(part.subs(place), 50) for part in [function, *slopes]]
        assert all(number.is_Float or number.is_Integer or number == 0 for number in numbers), (expression, numbers)
        value, *gradient = [float(number) for number in numbers]
        assert all(math.isfinite(number) for number in [value, *gradient])
        other_value, other_gradient = with_torch(expression, names, point)
        for found, other in zip([value, *gradient], [other_value, *other_gradient]):
            assert abs(found - other) <= 1e-11 * max(1, abs(found)), (expression, point, found, other)
        points.append(point)
        values.append(value)
        gradients.append(gradient)
    return {
        "expression": expression,
        "dimension": dimension,
        "points": points,
        "values": values,
        "gradients": gradients,
    }


random = np.random.default_rng(20)
valid = [case(expression, ranges, random) for expression, *ranges in ONE + TWO]
write(
    "expressions.json",
    "expressions.py",
    {"valid": valid, "invalid": [{"expression": text, "dimension": dimension} for text, dimension in INVALID]},
)
