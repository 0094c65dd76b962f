"""For which handbooks a benefit is: the kinds and grades that can be chosen, and what they cover.

A condition names each kind with its grades, because a grade alone says little: 2級 of 身体 and
2級 of 精神 are two things. No condition at all is for everybody.
"""

from collections.abc import Mapping, Set as AbstractSet
from typing import Final

Conditions = Mapping[str, AbstractSet[str]]  # claim ``handbook`` -> values of the claim ``grade``

# As handbooks print them. 療育手帳: Nagano writes A1 to B2, others A and B alone.
GRADES: Final[Mapping[str, tuple[str, ...]]] = {
    "physical": ("1", "2", "3", "4", "5", "6"),
    "intellectual": ("A", "A1", "A2", "B", "B1", "B2"),
    "mental": ("1", "2", "3"),
}


def check_conditions(given: Conditions) -> None:
    """Raise ``ValueError`` for a kind without grades, and for what no handbook prints."""
    for handbook, grades in given.items():
        if not grades or not set(grades) <= set(GRADES.get(handbook, ())):
            raise ValueError("no handbook prints this")


def covers(conditions: Conditions, *, handbook: object, grade: object) -> bool:
    """Say whether the shown handbook fits; 4級の1 (``4-1``) is a 4級."""
    grades = conditions.get(str(handbook), frozenset())
    return str(grade) in grades or str(grade).partition("-")[0] in grades


def conditions_json(conditions: Conditions) -> dict[str, list[str]]:
    """Return the form that is kept and published: kinds and grades in the handbooks' order."""
    return {
        handbook: [grade for grade in printed if grade in conditions[handbook]]
        for handbook, printed in GRADES.items()
        if handbook in conditions
    }
