"""Rule sets for tests: the shipped files, and a small one to override."""

import json
from pathlib import Path
from typing import Any

from childcare.rule_sets.loading import load_rule_set
from childcare.rule_sets.rules import RuleSet

FOLDER = Path(__file__).resolve().parents[2] / "childcare" / "rulesets"
SHIPPED = sorted(FOLDER.glob("**/*.yaml"))
DEMO = FOLDER / "saku-demo.yaml"


def shipped(name: str) -> RuleSet:
    return load_rule_set((FOLDER / name).read_bytes())


def make_tree(**override: Any) -> dict[str, Any]:
    """A rule set of two rows, whole and publishable."""
    tree: dict[str, Any] = {
        "format": "kaiteki-rule-set-1",
        "meta": {
            "municipality": "202177",
            "city": "佐久市",
            "name": "試験の点数表",
            "version": "t-1",
            "standing": "publishable",
            "effective": {"from": "2026-04-01", "to": "2027-03-31"},
            "source": {"title": "試験", "standing": "試験のための架空の表"},
        },
        "unit": "half_point",
        "reference_date": "round",
        "facts": {
            "hours": {"of": "guardian", "type": "integer", "label": "時間", "min": 0, "max": 744},
            "single": {"of": "household", "type": "boolean", "label": "ひとり親"},
        },
        "base": {
            "aggregate": "sum",
            "groups": [
                {
                    "id": "work",
                    "label": "就労",
                    "rows": [
                        {"id": "h160", "label": "160", "when": {">=": ["hours", 160]}, "points": 40}
                    ],
                }
            ],
        },
        "adjust": [
            {"id": "single", "label": "ひとり親", "when": {"==": ["single", True]}, "points": 5}
        ],
        "tie_break": [{"unique": "lottery"}],
        "mechanism": "deferred_acceptance",
        "examples": [
            {
                "id": "one",
                "origin": "ours",
                "facts": {"household": {"single": True}, "guardian:1": {"hours": 160}},
                "expect": {"points": 45, "lines": {"guardian:1/h160": 40, "single": 5}},
            }
        ],
    }
    return tree | override


def as_file(tree: dict[str, Any]) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()


def with_meta(**override: Any) -> dict[str, Any]:
    tree = make_tree()
    return tree | {"meta": tree["meta"] | override}
