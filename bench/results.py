"""What a run found: plain numbers, as they are written to JSON and read by the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Load:
    """Latency in ms; CPU in ms a request, of the application's processes and, where known, the database's."""

    requests: int
    p50: float
    p99: float
    cpu: float
    database_cpu: float | None
    per_second: float

    @property
    def total_cpu(self) -> float:
        return self.cpu + (self.database_cpu or 0)


@dataclass(frozen=True)
class CaseResult:
    """`alone` is one user, `crowded` several at once."""

    kilobytes: float
    statements: float | None
    alone: Load
    crowded: Load


@dataclass
class ApplicationResult:
    cases: dict[str, CaseResult] = field(default_factory=dict)
    import_rows_per_second: float | None = None
    memory_megabytes: float = 0
    start_seconds: float = 0
    rules: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RunResult:
    """Everything about one engine at one size; applications by name."""

    engine: str
    version: str
    contacts: int
    applications: dict[str, ApplicationResult]
