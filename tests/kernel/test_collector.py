"""What start-up made is left alone by the collector; what comes later is not."""

import subprocess
import sys

# In a process of its own: that of the tests has left alone what it has, and cannot begin again.
SETTLING = """
import gc
from hookline.kernel.collector import leave_alone

class Knot:
    def __init__(self):
        self.itself = self

lasting = [Knot() for _ in range(1000)]
Knot()
leave_alone()
assert gc.get_freeze_count() > 1000
assert not any(isinstance(each, Knot) for each in gc.get_objects())
later = [Knot() for _ in range(10)]
leave_alone()
assert sum(isinstance(each, Knot) for each in gc.get_objects()) == 10
del later
assert gc.collect() >= 10
"""


def test_only_what_there_was_at_first_is_left_alone() -> None:
    done = subprocess.run([sys.executable, "-c", SETTLING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
