"""The demo's story: told once, with histories that go forward and days that are full."""

from hookline.crm import demo
from hookline.crm.activities import Activity
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.pipelines import Stage, interval
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from sqlalchemy import func, select


def count(gate: Gate, noun: type) -> int:
    return int(gate.scalar(select(func.count(noun.id))))  # type: ignore[attr-defined]  # nouns have ids


def told(url: str) -> Installation:
    home = create_installation(Settings(database_url=url))
    bring_up_to_date(home)
    demo.tell(home)
    return home


def test_the_story_is_told_once_and_whole(migrated_url: str) -> None:
    home = told(migrated_url)
    demo.tell(home)
    with home.house("test") as gate:
        assert (count(gate, Deal), count(gate, Lead)) == (62, 12)
        standing = set(gate.rows(select(Stage.name).join(Deal, Deal.stage == Stage.id)))
        stages = set(gate.rows(select(Stage.name)))
        assert len(standing) >= len(stages) - 1
        _check_stays(gate)
        _check_days(gate)
    home.database.close()


def _check_stays(gate: Gate) -> None:
    backwards = select(func.count()).select_from(interval).where(interval.c.left_at <= interval.c.entered_at)
    assert gate.tx.run(backwards, why="test").scalar_one() == 0
    ahead = select(func.count()).select_from(interval).where(interval.c.entered_at > gate.now)
    assert gate.tx.run(ahead, why="test").scalar_one() == 0


def _check_days(gate: Gate) -> None:
    """Something is late, something is to come, and much has been done; nothing was done in the future."""
    done, due = Activity.done_at, Activity.due_at
    conditions = {
        "late": (done.is_(None), due < gate.now),
        "to come": (done.is_(None), due > gate.now),
        "done": (done.is_not(None),),
        "done ahead": (done > gate.now,),
    }
    found = {
        name: gate.scalar(select(func.count(Activity.id)).where(*given)) for name, given in conditions.items()
    }
    assert found["late"] >= 3
    assert found["to come"] >= 10
    assert found["done"] >= 100
    assert found["done ahead"] == 0
