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

from pyoxigraph import Literal, NamedNode

from modellake.core.activities import Agent, Evaluation
from modellake.core.artifact import Artifact
from modellake.core.records import Dataset, Model, ModelVersion
from modellake.core.vocab import LAKE
from modellake.lake.recording.run import Run

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

EXPERIMENT = "first-steps"
CODE = Path(__file__)
SEED = 0
DIGITS = "uci/digits"


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset that comes with scikit-learn, in the version that comes with that release."""

    name: str
    version: str
    train: tuple[Any, Any]
    validation: tuple[Any, Any]
    test: tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A model version that a run has made, and what was measured of it."""

    what: str
    version: ModelVersion
    evaluations: tuple[Evaluation, ...]

    def figures(self, lake: Lake) -> dict[str, str]:
        """What the lake knows of the evaluations: values by the name of the metric."""
        records = [lake.state(item.iri(lake.iris)).statements for item in self.evaluations]
        found = [{item.predicate: item.object for item in statements} for statements in records]
        return {_local_name(said[LAKE.metric]): _text(said[LAKE.value]) for said in found}


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


def train_everything(lake: Lake) -> Iterator[Made]:
    """Train all models, one recorded run each."""
    wine, iris, digits = (load(name) for name in ("uci/wine", "uci/iris", DIGITS))
    yield train_wine(lake, wine)
    network, first = train_iris(lake, iris)
    yield first
    yield continue_iris(lake, iris, network, first)
    forest, teacher = train_forest(lake, digits)
    yield teacher
    tree, student = distil_tree(lake, digits, forest, teacher)
    yield student
    small, pruned = prune_tree(lake, digits, forest, tree, student)
    yield pruned
    yield calibrate(lake, digits, small, pruned)


def load(name: str) -> Data:
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
    return Data(name, sklearn.__version__, (x_train, y_train), (x_val, y_val), (x_test, y_test))


def train_wine(lake: Lake, data: Data) -> Made:
    """A logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    with lake.run("wine-training", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"C": 0.5, "max_iter": 500})
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=500))
        model.fit(*data.train)
        return record(run, model, "demo/wine-logistic", data, "trained on wines")


def train_iris(lake: Lake, data: Data) -> tuple[Any, Made]:
    """A small neural network, stopped early."""
    from sklearn.neural_network import MLPClassifier

    with lake.run("iris-training", code=CODE, experiment=EXPERIMENT) as run:
        network = MLPClassifier((16,), max_iter=60, learning_rate_init=0.01, random_state=SEED, warm_start=True)
        run.log_params({"hidden_units": 16, "max_iter": 60, "learning_rate_init": 0.01, "random_state": SEED})
        fit_quietly(network, data)
        for step, loss in enumerate(network.loss_curve_):
            run.log_metric("loss", loss, step)
        return network, record(run, network, "demo/iris-network", data, "trained on irises, stopped early")


def continue_iris(lake: Lake, data: Data, network: Any, first: Made) -> Made:
    """The same network, trained further."""
    with lake.run("iris-fine-tuning", kind="fine-tuning", code=CODE, experiment=EXPERIMENT) as run:
        further = copy.deepcopy(network).set_params(max_iter=200, learning_rate_init=0.005)
        run.log_params({"max_iter": 200, "learning_rate_init": 0.005})
        before = len(further.loss_curve_)
        fit_quietly(further, data)
        for step, loss in enumerate(further.loss_curve_[before:]):
            run.log_metric("loss", loss, step)
        return record(run, further, "demo/iris-network", data, "trained on from there", derived_from=first)


def train_forest(lake: Lake, data: Data) -> tuple[Any, Made]:
    """A forest of 100 trees: the teacher."""
    from sklearn.ensemble import RandomForestClassifier

    with lake.run("digits-training", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"n_estimators": 100, "random_state": SEED})
        forest = RandomForestClassifier(n_estimators=100, random_state=SEED)
        forest.fit(*data.train)
        return forest, record(run, forest, "demo/digits-forest", data, "100 trees that read digits")


def distil_tree(lake: Lake, data: Data, forest: Any, teacher: Made) -> tuple[Any, Made]:
    """One tree that learns what the forest says, not what the labels say: the student."""
    from sklearn.tree import DecisionTreeClassifier

    with lake.run("digits-distillation", kind="distillation", code=CODE, experiment=EXPERIMENT) as run:
        run.log_params({"max_depth": 12, "random_state": SEED})
        tree = DecisionTreeClassifier(max_depth=12, random_state=SEED)
        images = data.train[0]
        tree.fit(images, forest.predict(images))
        run.log_metric("nodes", tree.tree_.node_count)
        return tree, record(run, tree, "demo/digits-tree", data, "one tree, taught by the 100", derived_from=teacher)


def prune_tree(lake: Lake, data: Data, forest: Any, tree: Any, student: Made) -> tuple[Any, Made]:
    """The same tree without the branches that bring least (minimal cost-complexity pruning)."""
    from sklearn.base import clone

    with lake.run("digits-pruning", kind="pruning", code=CODE, experiment=EXPERIMENT) as run:
        run.log_param("ccp_alpha", 0.002)
        images = data.train[0]
        # The tree grows the same way from the same teacher, and is then cut back.
        small = clone(tree).set_params(ccp_alpha=0.002).fit(images, forest.predict(images))
        run.log_metric("nodes", small.tree_.node_count)
        return small, record(run, small, "demo/digits-pruned", data, "its weak branches cut", derived_from=student)


def calibrate(lake: Lake, data: Data, small: Any, pruned: Made) -> Made:
    """The pruned tree with calibrated probabilities, learned from the validation data."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    with lake.run("digits-calibration", kind="run", code=CODE, experiment=EXPERIMENT) as run:
        run.log_param("method", "sigmoid")
        honest = CalibratedClassifierCV(FrozenEstimator(small), method="sigmoid").fit(*data.validation)
        what, name = "calibrated: says how sure it is", "demo/digits-calibrated"
        return record(run, honest, name, data, what, derived_from=pruned, fitted_on="validation")


def record(
    run: Run,
    model: Any,
    name: str,
    data: Data,
    what: str,
    *,
    derived_from: Made | None = None,
    fitted_on: str = "training",
) -> Made:
    """What all runs have in common: their data, the model they make, and how well it does on the test data."""
    from sklearn.metrics import f1_score

    features, target = data.test
    fitted = data.train if fitted_on == "training" else data.validation
    run.log_input(fitted, fitted_on, name=data.name, version=data.version)
    run.log_input(data.test, "test", name=data.name, version=data.version)
    parent = derived_from.version if derived_from else None
    task = "image-classification" if data.name == DIGITS else "tabular-classification"
    version = run.log_model(model, name, derived_from=parent, license="apache-2.0", task=task)
    accuracy = run.log_evaluation(version, "accuracy", model.score(features, target))
    f1 = run.log_evaluation(version, "f1", f1_score(target, model.predict(features), average="macro"))
    return Made(what, version, (accuracy, f1))


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


def _local_name(term: object) -> str:
    return _text(term).rpartition("#")[2]


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
