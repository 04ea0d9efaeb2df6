"""Seeds: what is laid once, what at every run, and the pipelines that plugins bring."""

from collections.abc import Iterator

import pytest
from hookline.crm.companies import Company
from hookline.crm.pipelines import Pipeline, Stage, pipelines, spoken_pipelines
from hookline.crm.seeds import lay_seeds
from hookline.errors import PluginError
from hookline.kernel.entity import Catalog, Entity
from hookline.kernel.fields import ref, stage, text
from hookline.kernel.gate import Gate
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.words.steps import Step
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

from tests.town import Town, open_town

vineyard = Plugin("vineyard")


class Barrel(Entity, plugin=vineyard):
    """Wine on its way."""

    name: Mapped[str] = text("Name")
    pipeline: Mapped[int] = ref("pipeline", "Pipeline")
    stage: Mapped[int] = stage("Stage")


class Grape(Catalog, plugin=vineyard):
    """What it is made of."""

    name: Mapped[str] = text("Name")


STEPS = [
    Step("Pressed", hint="Wait."),
    Step("In oak", days=400, tone="amber"),
    Step("Bottled", "won"),
    Step("Vinegar", "lost"),
]
vineyard.pipeline(Barrel, "Making wine", STEPS)
runs = list[str]()


@vineyard.seed
def once(gate: Gate) -> None:
    """In the pipeline, which is there already."""
    runs.append("once")
    gate.create(Barrel, {"name": "The first"})


@vineyard.seed(every_run=True)
def always(gate: Gate) -> None:
    runs.append("always")
    if not gate.scalar(select(func.count(Grape.id)).where(Grape.name == "Merlot")):
        gate.create(Grape, {"name": "Merlot"})


@pytest.fixture
def cellar(migrated_url: str) -> Iterator[Town]:
    town = open_town(migrated_url, [vineyard])
    migrate(town.installation.database, town.installation.host)
    runs.clear()
    yield town
    town.installation.database.close()


def test_a_pipeline_is_laid_once_and_then_belongs_to_the_administrators(cellar: Town) -> None:
    lay_seeds(cellar.installation)
    with cellar.house() as gate:
        (line,) = pipelines(gate).of("vineyard_barrel")
        assert [(s.name, s.kind, s.probability, s.expected_days, s.tone, s.hint) for s in line.stages] == [
            ("Pressed", "open", 50, None, "blue", "Wait."), ("In oak", "open", 50, 400, "amber", ""),
            ("Bottled", "won", 100, None, "green", ""), ("Vinegar", "lost", 0, None, "red", ""),
        ]  # fmt: skip
        # The reader's language is asked for every name.
        (spoken,) = spoken_pipelines(gate, "xx", str.upper).of("vineyard_barrel")
        assert (spoken.name, spoken.stages[1].name) == ("MAKING WINE", "IN OAK")
        gate.update(Pipeline, line.id, {"name": "Wine"})
        gate.update(Stage, line.stages[0].id, {"name": "Stamped", "probability": 5})
        gate.erase(Stage, line.stages[3].id)
    assert lay_seeds(cellar.installation) == ["vineyard.always"]
    with cellar.house() as gate:
        (line,) = pipelines(gate).of("vineyard_barrel")
        assert (line.name, [s.name for s in line.stages]) == ("Wine", ["Stamped", "In oak", "Bottled"])


@pytest.mark.one_engine
def test_a_pipeline_of_that_name_that_is_there_already_stays_as_it_is(cellar: Town) -> None:
    with cellar.house() as gate:
        line = gate.create(Pipeline, {"name": "Making wine", "entity": "vineyard_barrel"})
        gate.create(Stage, {"name": "Only", "pipeline": line})
    lay_seeds(cellar.installation)
    with cellar.house() as gate:
        (found,) = pipelines(gate).of("vineyard_barrel")
        assert [s.name for s in found.stages] == ["Only"]


@pytest.mark.one_engine
def test_seeds_are_laid_once_or_at_every_run(cellar: Town) -> None:
    laid = [name for name in lay_seeds(cellar.installation) if name.startswith("vineyard")]
    assert laid == ["vineyard.pipeline_making_wine", "vineyard.once", "vineyard.always"]
    assert lay_seeds(cellar.installation) == ["vineyard.always"]
    assert runs == ["once", "always", "always"]
    with cellar.house() as gate:
        assert gate.scalar(select(func.count(Grape.id))) == 1


def test_a_pipeline_that_cannot_be_is_refused_where_it_is_declared() -> None:
    plugin = Plugin("cellar")
    with pytest.raises(PluginError, match="Company has no stages"):
        plugin.pipeline(Company, "Sale", [Step("New")])
    with pytest.raises(PluginError, match="two stages have the same name"):
        plugin.pipeline(Barrel, "Sale", [Step("New"), Step("new", "won")])
    with pytest.raises(PluginError, match="a stage of the kind open"):
        plugin.pipeline(Barrel, "Sale", [Step("Won", "won")])
    with pytest.raises(PluginError, match="probability of 'New'"):
        plugin.pipeline(Barrel, "Sale", [Step("New", probability=101)])
