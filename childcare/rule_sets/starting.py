"""A file to start a city's own point table from: another table, made a draft of the city's.

The rows, facts, papers and examples stay as they are. The words of ``meta`` become the city's own
as far as they are known; what only the city can say (its days, its source) stays open, so that the
file is no table to publish before somebody filled it in.
"""

from collections.abc import Sequence

import yaml

from childcare.rule_sets.loading import load_rule_set
from childcare.rule_sets.reading import read_text


def draft_from(content: bytes, *, municipality: str, city: str, heading: Sequence[str]) -> bytes:
    """Return ``content`` as a draft of ``city`` in YAML, with ``heading`` as its first comments.

    Its own table is named as the version that the draft is to follow. Raises
    :class:`RuleSetRefused` where ``content`` is no rule set.
    """
    old = load_rule_set(content).meta
    tree = read_text(content).tree
    assert isinstance(tree, dict)  # the loader read it
    meta = tree["meta"]
    assert isinstance(meta, dict)
    is_own = old.municipality == municipality
    left_out = {"demo", "origin", "supersedes", "fiscal_year"}
    draft = {name: value for name, value in meta.items() if name not in left_out}
    draft |= {
        "municipality": municipality,
        "city": city,
        "version": f"{old.version[:33]}-draft",
        "standing": "publishable",
        "effective": {"from": None, "to": None},
    }
    if is_own:
        draft["supersedes"] = old.version
    body = yaml.safe_dump(
        tree | {"meta": draft},
        allow_unicode=True, sort_keys=False, default_flow_style=None, width=120,
    )  # fmt: skip
    comments = "".join(f"# {line}\n" for line in heading)
    return f"{comments}{body}".encode()
