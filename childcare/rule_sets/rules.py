"""A rule set as typed values. Points are whole half points; dates include both ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from childcare.facts import FactValue
from childcare.rule_sets.examples import Example
from childcare.rule_sets.expressions import Expression
from childcare.rule_sets.questions import Question
from childcare.rule_sets.words import Words


class Standing(StrEnum):
    """A reference set may be read and tried; only a publishable one can be used by a round."""

    REFERENCE = "reference"
    PUBLISHABLE = "publishable"


class FactType(StrEnum):
    """What a fact's value is."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    CHOICE = "choice"


class Of(StrEnum):
    """Whose fact it is, and for whom a row is asked."""

    HOUSEHOLD = "household"
    GUARDIAN = "guardian"
    CHILD = "child"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDefinition:
    """One entry of the vocabulary."""

    name: str
    of: Of
    type: FactType
    label: Words
    values: Mapping[str, Words] = field(default_factory=dict)  # of a choice
    low: int | None = None
    high: int | None = None

    def takes(self, value: FactValue) -> bool:
        """Say whether ``value`` is of this fact's type and in its range."""
        match self.type:
            case FactType.BOOLEAN:
                return isinstance(value, bool)
            case FactType.CHOICE:
                return isinstance(value, str) and value in self.values
            case FactType.INTEGER:
                return (
                    isinstance(value, int)
                    and not isinstance(value, bool)
                    and (self.low is None or value >= self.low)
                    and (self.high is None or value <= self.high)
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRow:
    """One row of a parent's table: the first row of its group that holds counts."""

    id: str
    label: Words
    when: Expression
    points: int
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseGroup:
    """One reason of a parent. A relative group takes another group's points, changed by ``delta``.

    (self-employed = employed - 1; studies count as work)
    """

    id: str
    label: Words
    when: Expression | None = None
    rows: tuple[BaseRow, ...] = ()
    relative_to: str | None = None
    delta: int = 0


class Aggregate(StrEnum):
    """How the parents' points become one."""

    SUM = "sum"
    MEAN = "mean"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The parents' table. A parent of whom ``leave_out_when`` holds is not asked at all."""

    aggregate: Aggregate
    groups: tuple[BaseGroup, ...]
    max_per_parent: int | None = None
    leave_out_when: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Per:
    """Points for each unit of a number: from the ``start``-th on, at most ``most`` times."""

    fact: str
    start: int = 1
    most: int | None = None

    def times(self, value: int) -> int:
        """Return how often the points count."""
        found = max(0, value - self.start + 1)
        return found if self.most is None else min(found, self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustRow:
    """One further row: it adds to, or takes from, the base."""

    id: str
    label: Words
    points: int
    scope: Of
    when: Expression | None = None
    per: Per | None = None
    group: str | None = None
    documents: tuple[str, ...] = ()


class Combine(StrEnum):
    """How the rows of one group count together."""

    SUM = "sum"
    MAX = "max"
    BEST_PLUS_EACH = "best_plus_each"  # the best in full, and `each` for every further one
    FIRST = "first"  # one of them: the first in the file that holds


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustGroup:
    """A group of adjust rows."""

    id: str
    combine: Combine
    each: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRow:
    """One rank: 1 is the best."""

    id: str
    label: Words
    rank: int
    when: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Ranks come before points; of two parents the ``lower`` or the ``higher`` decides."""

    of: Of
    takes_lower: bool
    rows: tuple[RankRow, ...]
    otherwise: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """Who agrees that leave is extended comes after everybody else (育休延長許容)."""

    id: str
    label: Words
    when: Expression


class SiblingScore(StrEnum):
    """How the scores of siblings who apply together count."""

    OWN = "own"
    MEAN = "mean"
    MAX = "max"


class RoundingMode(StrEnum):
    """Where a rule set rounds a fraction to."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """``unit`` is 1 (to half points) or 2 (to whole points)."""

    unit: int
    mode: RoundingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class TieByPoints:
    """More points of the base, of all adjust rows, or of one adjust group come first."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TieByRows:
    """Who is counted in an earlier row of the list comes first."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TieByFact:
    """A number that is higher, or lower, comes first; where nobody stated it, last or first."""

    fact: str
    is_low_first: bool
    is_missing_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TieByCondition:
    """Of whom it holds comes first."""

    when: Expression


class Unique(StrEnum):
    """The number that ends every tie."""

    LOTTERY = "lottery"
    RECEIPT_ORDER = "receipt_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class TieByNumber:
    """The unique number; where it comes from is for the round to know."""

    unique: Unique


TieKey = TieByPoints | TieByRows | TieByFact | TieByCondition | TieByNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxYear:
    """A fact of its own: last year's tax for April to August, this year's from September on."""

    fact: str
    april_to_august: str
    september_to_march: str

    def source(self, starts_on: date) -> str:
        """Return the fact that counts for an admission on ``starts_on``."""
        is_early = 4 <= starts_on.month <= 8  # noqa: PLR2004  April to August
        return self.april_to_august if is_early else self.september_to_march


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Admission for these reasons ends after so many months."""

    groups: tuple[str, ...]
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDefinition:
    """A paper that proves facts."""

    id: str
    label: Words
    where: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Whose table it is, from when to when, and where it was read."""

    municipality: str
    city: str
    name: Words
    version: str
    fiscal_year: int | None
    standing: Standing
    is_demo: bool
    effective_from: date | None
    effective_to: date | None
    supersedes: str | None
    source: Mapping[str, str]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One version of one city's point table."""

    meta: Meta
    facts: Mapping[str, FactDefinition]
    tax_year: TaxYear | None
    base: Base
    adjust_groups: Mapping[str, AdjustGroup]
    adjust: tuple[AdjustRow, ...]
    ranks: Ranks | None
    last: Last | None
    siblings: SiblingScore
    rounding: Rounding | None
    tie_break: tuple[TieKey, ...]
    sibling_expansion: tuple[str, ...]
    documents: Mapping[str, DocumentDefinition]
    terms: tuple[Term, ...]
    questions: tuple[Question, ...]
    examples: tuple[Example, ...]

    def rows(self) -> "Iterator[tuple[str, Words]]":
        """Give the id and label of every row that a line can name, in the file's order."""
        for group in self.base.groups:
            if group.relative_to:
                yield group.id, group.label
            for row in group.rows:
                yield row.id, row.label
        for adjust in self.adjust:
            yield adjust.id, adjust.label
        if self.ranks:
            for rank in self.ranks.rows:
                yield rank.id, rank.label
        if self.last:
            yield self.last.id, self.last.label
