"""The training part of the demo: a few small scikit-learn models, each made by a recorded run.

It is written as people write their own training code, and may be read as an example of that.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modellake.core.activities import Agent
from modellake.core.artifact import Artifact
from modellake.core.records import Dataset, Model, ModelVersion
from modellake.lake.run import Run

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

EXPERIMENT = "first-steps"
CODE = Path(__file__)
SEED = 0
DIGITS = "uci/digits"


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset that comes with scikit-learn, split in a way that can be repeated."""

    name: str
    version: str
    train: tuple[Any, Any]
    validation: tuple[Any, Any]
    test: tuple[Any, Any]


def describe_datasets() -> list[Artifact]:
    """What is known of the datasets and who publishes them, as typed records."""
    uci = Agent(name="uci", kind="organization", full_name="UCI Machine Learning Repository")
    return [
        uci,
        _dataset("uci/iris", "Iris", 53, "Measurements of 150 iris flowers of three species, by R. A. Fisher."),
        _dataset("uci/wine", "Wine", 109, "Chemical analyses of 178 Italian wines of three cultivars."),
        _dataset(DIGITS, "Digits", 80, "1,797 handwritten digits, as images of 8 by 8 pixels."),
    ]


def describe_models() -> list[Artifact]:
    """The lines of models that the runs below make versions of, and who publishes them."""
    return [
        Agent(name="demo", kind="software", full_name="modellake demo"),
        _model("demo/wine-logistic", "Wine cultivars", "Tells the cultivar of a wine from its chemistry."),
        _model("demo/iris-network", "Iris species", "Tells the species of an iris from its petals and sepals."),
        _model("demo/digits-forest", "Digit reader", "Reads handwritten digits; large and accurate."),
        _model("demo/digits-tree", "Small digit reader", "Learned from the digit reader; one tree instead of many."),
        _model("demo/digits-pruned", "Tiny digit reader", "The small digit reader without its weakest branches."),
        _model(
            "demo/digits-calibrated", "Honest digit reader", "The tiny digit reader, which also says how sure it is."
        ),
    ]


def train_everything(lake: Lake) -> Iterator[tuple[str, ModelVersion]]:
    """Train all models, one recorded run each; yields what was done and the version that came of it."""
    wine, iris, digits = (load(lake, name) for name in ("uci/wine", "uci/iris", DIGITS))
    yield "trained on the wines", train_wine(lake, wine)
    network, first = train_iris(lake, iris)
    yield "trained on the irises", first
    yield "trained further, from where version 1 stopped", continue_iris(lake, iris, network, first)
    forest, teacher = train_forest(lake, digits)
    yield "100 trees, trained on the digits", teacher
    tree, student = distil_tree(lake, digits, forest, teacher)
    yield "one tree, distilled from the 100", student
    small, pruned = prune_tree(lake, digits, forest, tree, student)
    yield "pruned from that one tree", pruned
    yield "calibrated, so that it says how sure it is", calibrate(lake, digits, small, pruned)


def load(lake: Lake, name: str) -> Data:
    """A dataset in three parts: 60 % to train, 20 % to validate, 20 % to test."""
    import sklearn
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    loader: Callable[..., Any] = getattr(datasets, f"load_{name.partition('/')[2]}")
    features, target = loader(return_X_y=True)
    x_train, x_rest, y_train, y_rest = train_test_split(
        features, target, train_size=0.6, random_state=SEED, stratify=target
    )
    x_val, x_test, y_val, y_test = train_test_split(x_rest, y_rest, train_size=0.5, random_state=SEED, stratify=y_rest)
    version = f"scikit-learn-{sklearn.__version__}"
    return Data(name, version, (x_train, y_train), (x_val, y_val), (x_test, y_test))


def train_wine(lake: Lake, data: Data) -> ModelVersion:
    """A logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    with lake.run("wine-training", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"C": 0.5, "max_iter": 500})
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=500))
        model.fit(*data.train)
        return record(run, model, "demo/wine-logistic", data)


def train_iris(lake: Lake, data: Data) -> tuple[Any, ModelVersion]:
    """A small neural network, stopped early."""
    from sklearn.neural_network import MLPClassifier

    with lake.run("iris-training", code=CODE, experiment=EXPERIMENT) as run:
        network = MLPClassifier((16,), max_iter=60, learning_rate_init=0.01, random_state=SEED, warm_start=True)
        run.log_params({"hidden_units": 16, "max_iter": 60, "learning_rate_init": 0.01, "random_state": SEED})
        fit_quietly(network, data)
        for step, loss in enumerate(network.loss_curve_):
            run.log_metric("loss", loss, step)
        return network, record(run, network, "demo/iris-network", data)


def continue_iris(lake: Lake, data: Data, network: Any, first: ModelVersion) -> ModelVersion:
    """The same network, trained further."""
    with lake.run("iris-fine-tuning", kind="fine-tuning", code=CODE, experiment=EXPERIMENT) as run:
        further = copy.deepcopy(network).set_params(max_iter=200, learning_rate_init=0.005)
        run.log_params({"max_iter": 200, "learning_rate_init": 0.005})
        before = len(further.loss_curve_)
        fit_quietly(further, data)
        for step, loss in enumerate(further.loss_curve_[before:]):
            run.log_metric("loss", loss, step)
        return record(run, further, "demo/iris-network", data, derived_from=first)


def train_forest(lake: Lake, data: Data) -> tuple[Any, ModelVersion]:
    """A forest of 100 trees: the teacher."""
    from sklearn.ensemble import RandomForestClassifier

    with lake.run("digits-training", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"n_estimators": 100, "random_state": SEED})
        forest = RandomForestClassifier(n_estimators=100, random_state=SEED)
        forest.fit(*data.train)
        return forest, record(run, forest, "demo/digits-forest", data)


def distil_tree(lake: Lake, data: Data, forest: Any, teacher: ModelVersion) -> tuple[Any, ModelVersion]:
    """One tree that learns what the forest says, not what the labels say: the student."""
    from sklearn.tree import DecisionTreeClassifier

    with lake.run("digits-distillation", kind="distillation", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"max_depth": 12, "random_state": SEED})
        tree = DecisionTreeClassifier(max_depth=12, random_state=SEED)
        images = data.train[0]
        tree.fit(images, forest.predict(images))
        run.log_metric("nodes", tree.tree_.node_count)
        return tree, record(run, tree, "demo/digits-tree", data, derived_from=teacher)


def prune_tree(lake: Lake, data: Data, forest: Any, tree: Any, student: ModelVersion) -> tuple[Any, ModelVersion]:
    """The same tree without the branches that bring least (minimal cost-complexity pruning)."""
    from sklearn.base import clone

    with lake.run("digits-pruning", kind="pruning", code=CODE, experiment=EXPERIMENT) as run:
        run.log_param("ccp_alpha", 0.002)
        images = data.train[0]
        # The tree grows the same way from the same teacher, and is then cut back.
        small = clone(tree).set_params(ccp_alpha=0.002).fit(images, forest.predict(images))
        run.log_metric("nodes", small.tree_.node_count)
        return small, record(run, small, "demo/digits-pruned", data, derived_from=student)


def calibrate(lake: Lake, data: Data, small: Any, pruned: ModelVersion) -> ModelVersion:
    """The pruned tree with calibrated probabilities, learned from the validation data."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    with lake.run("digits-calibration", kind="run", code=CODE, experiment=EXPERIMENT) as run:
        run.log_param("method", "sigmoid")
        honest = CalibratedClassifierCV(FrozenEstimator(small), method="sigmoid").fit(*data.validation)
        return record(run, honest, "demo/digits-calibrated", data, derived_from=pruned, fitted_on="validation")


def record(
    run: Run,
    model: Any,
    name: str,
    data: Data,
    *,
    derived_from: ModelVersion | None = None,
    fitted_on: str = "training",
) -> ModelVersion:
    """What all runs have in common: their data, the model they make, and how well it does on the test data."""
    from sklearn.metrics import f1_score

    features, target = data.test
    fitted = data.train if fitted_on == "training" else data.validation
    run.log_input(fitted, fitted_on, name=data.name, version=data.version)
    run.log_input(data.test, "test", name=data.name, version=data.version)
    task = "image-classification" if data.name == DIGITS else "tabular-classification"
    version = run.log_model(model, name, derived_from=derived_from, license="apache-2.0", task=task)
    run.log_evaluation(version, "accuracy", model.score(features, target))
    run.log_evaluation(version, "f1", f1_score(target, model.predict(features), average="macro"))
    return version


def fit_quietly(network: Any, data: Data) -> None:
    """Fit without the warning that there was more to learn: the next run goes on from there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network.fit(*data.train)


def _dataset(name: str, title: str, number: int, description: str) -> Dataset:
    page = f"https://archive.ics.uci.edu/dataset/{number}"
    return Dataset(
        name=name,
        title=title,
        description=description,
        publisher="uci",
        landing_page=page,
        declared_license="CC-BY-4.0",
    )


def _model(name: str, title: str, description: str) -> Model:
    task = "image-classification" if "digits" in name else "tabular-classification"
    return Model(
        name=name,
        title=title,
        description=description,
        task=task,
        publisher="demo",
        declared_license="apache-2.0",
    )
