"""What does not come to an end while a process starts is given up, wherever it is and whatever it catches."""

import signal
import threading
import traceback

import pytest
from hookline.kernel.plugins.watching.alarms import TookTooLong, within
from hookline.kernel.plugins.watching.patience import Patience

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no alarms")


def endless() -> None:
    while True:
        try:
            pass
        except Exception:  # noqa: BLE001  # as careless plugins do
            continue


def test_what_does_not_end_is_given_up_where_it_stands() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TookTooLong, match=r"it took longer than 0\.05 s") as found, within(0.05):
        endless()
    assert "endless" in [frame.name for frame in traceback.extract_tb(found.tb)]
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_ends_in_time_is_left_alone_and_what_stands_around_it_is_not_forgotten() -> None:
    with pytest.raises(TookTooLong, match=r"than 0\.2 s"), within(0.2):
        _endless_after_a_short_one()
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def _endless_after_a_short_one() -> None:
    with within(60.0, deaf=True):
        pass
    endless()


def test_in_other_threads_it_is_waited_for() -> None:
    done: list[bool] = []

    def work() -> None:
        with within(0.001):
            done.append(signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_all_patience_hangs_on_one_number() -> None:
    assert Patience.of(2.0) == Patience()
    assert Patience.of(0.5) == Patience(0.5, 2.0, 2.5, 15.0, 150.0, 2.0, 15.0)
