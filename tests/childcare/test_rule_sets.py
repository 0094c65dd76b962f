"""Rule sets: every shipped table works its examples; each bad file is refused with its place."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from childcare.rule_sets.checking import example_problems, rows_without_example, score_example
from childcare.rule_sets.comparing import Change, compare
from childcare.rule_sets.loading import load_rule_set
from childcare.rule_sets.problems import RuleSetRefused
from childcare.rule_sets.reading import read_text
from childcare.rule_sets.rules import Standing
from tests.childcare.rule_set_files import DEMO, SHIPPED, as_file, make_tree, shipped, with_meta


def refused(content: bytes) -> RuleSetRefused:
    with pytest.raises(RuleSetRefused) as refusal:
        load_rule_set(content)
    return refusal.value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_example_of_a_shipped_table_gives_what_was_worked_out_by_hand(path: Path) -> None:
    content = path.read_bytes()
    rule_set = load_rule_set(content)
    assert rule_set.examples
    assert [str(one) for one in example_problems(rule_set, read_text(content))] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_whatever_is_not_whole_is_a_reference_and_names_its_gaps(path: Path) -> None:
    meta = load_rule_set(path.read_bytes()).meta
    assert meta.source["title"]
    assert meta.standing == Standing.PUBLISHABLE or meta.gaps


def test_the_example_of_musashimurayama_is_107() -> None:
    rule_set = shipped("musashimurayama-r4-example.yaml")
    official = next(one for one in rule_set.examples if one.origin == "official")
    assert score_example(rule_set, official).points / 2 == 107


def test_only_the_demo_set_can_be_published_and_it_says_so_in_three_languages() -> None:
    publishable = [path for path in SHIPPED if b"standing: publishable" in path.read_bytes()]
    assert publishable == [DEMO]
    name = shipped("saku-demo.yaml").meta.name
    assert "デモ" in name.ja
    assert "デモ" in name.easy
    assert "Demo" in name.en


def test_every_row_of_the_demo_set_is_counted_in_an_example() -> None:
    content = DEMO.read_bytes()
    assert rows_without_example(load_rule_set(content), read_text(content)) == []


def test_every_text_of_the_demo_set_is_in_english_and_easy_japanese() -> None:
    rule_set = shipped("saku-demo.yaml")
    texts = [label for _id, label in rule_set.rows()]
    texts += [one.label for one in rule_set.documents.values()]
    for question in rule_set.questions:
        texts += [question.term, question.title, *(one.label for one in question.options)]
    for text in texts:
        assert text.en, text.ja
        assert not re.search("[ぁ-ヿ]", text.en)
        bare = re.sub(r"\{[^|{}]+\|[ぁ-ゖー]+\}", "", text.easy)
        assert not re.search("[一-鿿]", bare), text.easy


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        pytest.param(b"a: 1\na: 2\n", "duplicate-key", "", id="a key twice"),
        pytest.param(b"a: &x [1]\nb: *x\n", "anchor", "/a", id="an anchor"),
        pytest.param(b"a: !!python/object/apply:os.system [ls]\n", "tag", "/a", id="a tag"),
        pytest.param(b"a: 7.5\n", "float", "/a", id="a float"),
        pytest.param(b"a: 1e3\n", "float", "/a", id="a float with an exponent"),
        pytest.param(b"a: .5\n", "float", "/a", id="a float without a nought"),
        pytest.param(b"a: yes\n", "unclear-scalar", "/a", id="yes"),
        pytest.param(b"a: 017\n", "unclear-scalar", "/a", id="octal"),
        pytest.param(b"a: 12:30\n", "unclear-scalar", "/a", id="sixty times twelve"),
        pytest.param(b"a: .nan\n", "unclear-scalar", "/a", id="not a number"),
        pytest.param(b"a: True\n", "unclear-scalar", "/a", id="a truth value in capitals"),
        pytest.param(b"a: 1\n---\nb: 2\n", "not-one-document", "", id="two documents"),
        pytest.param(b"", "not-one-document", "", id="nothing"),
        pytest.param(b"a: [1\n", "not-yaml", "", id="a bracket left open"),
        pytest.param(b"a: \xff\n", "not-text", "", id="not UTF-8"),
        pytest.param(b"[" * 30 + b"]" * 30, "too-deep", "/0" * 21, id="too deep"),
        pytest.param(b"a: " + b"x" * 600_000, "too-large", "", id="too large"),
    ],
)
def test_tricks_of_yaml_are_refused_with_their_place(content: bytes, code: str, place: str) -> None:
    problem = refused(content).problems[0]
    assert (problem.code, problem.place) == (code, place)
    assert problem.line > 0 or code in {"too-large", "not-one-document"}


def test_a_page_of_anchors_is_refused_before_it_grows() -> None:
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"\n".join(
        b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]" % ((n + 1, n + 1) + (n,) * 9)
        for n in range(ord("a"), ord("z"))
    )
    assert refused(bomb).problems[0].code == "anchor"


def broken(**override: Any) -> bytes:
    return as_file(make_tree(**override))


def base_with(**row: Any) -> dict[str, Any]:
    tree = make_tree()
    good = tree["base"]["groups"][0]["rows"][0]
    group = {"id": "work", "label": "就労", "rows": [good | row]}
    return {"aggregate": "sum", "groups": [group]}


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        pytest.param(
            broken(base=base_with(when={">=": ["horus", 160]})),
            "unknown-fact", "/base/groups/0/rows/0/when", id="an unknown fact",
        ),
        pytest.param(
            broken(base=base_with(when={"==": ["hours", "many"]})),
            "wrong-type", "/base/groups/0/rows/0/when", id="a word for a number",
        ),
        pytest.param(
            broken(base=base_with(when={"==": ["hours", True]})),
            "wrong-type", "/base/groups/0/rows/0/when", id="a truth value for a number",
        ),
        pytest.param(
            broken(adjust=[{"id": "x", "label": "x", "when": {">=": ["hours", 1]}, "points": 1}]),
            "fact-elsewhere", "/adjust/0/when", id="a parent's fact in a row of the household",
        ),
        pytest.param(
            broken(base=base_with(when={"eval": "1"})),
            "unknown-key", "/base/groups/0/rows/0/when/eval", id="an expression of its own",
        ),
        pytest.param(
            broken(tie_break=None), "tie-not-unique", "/tie_break", id="no tie-break",
        ),
        pytest.param(
            broken(tie_break=[{"points_of": "base"}]),
            "tie-not-unique", "/tie_break", id="a tie-break without an end",
        ),
        pytest.param(
            broken(tie_break=[{"unique": "lottery"}, {"points_of": "base"}]),
            "tie-not-unique", "/tie_break", id="a number that is not the end",
        ),
        pytest.param(
            broken(adjust=[{"id": "h160", "label": "x", "when": {"==": ["single", True]},
                            "points": 1}]),
            "twice", "", id="an id twice",
        ),
        pytest.param(
            broken(adjust=[{"id": "x", "label": "x", "when": {"==": ["single", True]},
                            "relative_to": "nobody"}]),
            "unknown-row", "/adjust/0/relative_to", id="relative to nothing",
        ),
        pytest.param(
            broken(adjust=[{"id": "x", "label": "x", "when": {"==": ["single", True]},
                            "points": 1, "group": "g"}]),
            "unknown-group", "/adjust/0/group", id="an unknown group",
        ),
        pytest.param(
            broken(base=base_with() | {"max_per_parent": 39}),
            "over-max", "/base/groups/0/rows/0/points", id="over the parent's limit",
        ),
        pytest.param(broken(mechanism="first_choice_first"), "wrong-shape", "/mechanism",
                     id="the wording of Noshiro"),
        pytest.param(broken(unit="point"), "wrong-shape", "/unit", id="another unit"),
        pytest.param(broken(fromula=1), "unknown-key", "/fromula", id="a key misspelt"),
        pytest.param(
            as_file(with_meta(effective={"from": "2027-04-01", "to": "2026-03-31"})),
            "dates-backwards", "/meta/effective", id="dates backwards",
        ),
        pytest.param(
            as_file(with_meta(effective={"from": "2027-02-30", "to": None})),
            "wrong-shape", "/meta/effective/from", id="a day that is not in the calendar",
        ),
        pytest.param(
            as_file({key: value for key, value in make_tree().items() if key != "facts"}),
            "missing-key", "", id="no vocabulary",
        ),
    ],
)  # fmt: skip
def test_a_bad_rule_set_is_refused_with_place_and_mend(
    content: bytes, code: str, place: str
) -> None:
    problems = {(one.code, one.place): one for one in refused(content).problems}
    assert (code, place) in problems
    assert problems[code, place].mend % problems[code, place].params


def example_with(**expect: Any) -> list[dict[str, Any]]:
    (good,) = make_tree()["examples"]
    return [good | {"expect": good["expect"] | expect}]


def problems_of_examples(**override: Any) -> list[tuple[str, str]]:
    content = broken(**override)
    found = example_problems(load_rule_set(content), read_text(content))
    return [(one.code, one.place) for one in found]


def test_an_example_that_does_not_come_out_is_named() -> None:
    assert problems_of_examples(examples=example_with(points=46)) == [
        ("example-points", "/examples/0/expect/points")
    ]
    assert problems_of_examples(examples=example_with(lines={"guardian:1/h160": 40})) == [
        ("example-lines", "/examples/0/expect/lines")
    ]
    assert problems_of_examples(examples=example_with(rank=1)) == [
        ("example-rank", "/examples/0/expect/rank")
    ]


def test_a_fact_out_of_its_period_is_named_unless_the_example_says_so() -> None:
    (example,) = make_tree()["examples"]
    late = example["facts"] | {"household": {"single": {"value": True, "from": "2026-04-02"}}}
    example |= {"facts": late, "expect": {"points": 40, "lines": {"guardian:1/h160": 40}}}
    assert problems_of_examples(examples=[example]) == [("fact-out-of-period", "/examples/0/facts")]
    example["expect"]["left_out"] = ["single"]
    assert problems_of_examples(examples=[example]) == []


def test_a_row_that_no_example_counts_is_named() -> None:
    tree = make_tree()
    extra = {"id": "more", "label": "x", "when": {"==": ["single", True]}, "points": 1}
    content = broken(adjust=[*tree["adjust"], extra])
    rule_set = load_rule_set(content)
    found = rows_without_example(rule_set, read_text(content))
    assert [(one.code, one.params["id"]) for one in found] == [("row-without-example", "more")]


def test_yaml_reads_like_json() -> None:
    as_yaml = yaml.safe_dump(make_tree(), allow_unicode=True, sort_keys=False).encode()
    assert load_rule_set(as_yaml) == load_rule_set(broken())


def test_a_problem_names_the_line_of_the_file() -> None:
    text = DEMO.read_text(encoding="utf-8").replace(
        "facts: {household: {single_parent: true}", "facts: {household: {sinlge_parent: true}"
    )
    (problem, *_rest) = refused(text.encode()).problems
    assert "sinlge_parent" in text.splitlines()[problem.line - 1]
    assert str(problem).startswith("/questions/0/options/1")


def test_a_draft_is_shown_row_by_row_beside_the_set_in_force() -> None:
    before = load_rule_set(broken())
    after = load_rule_set(
        broken(
            base=base_with(points=41),
            adjust=[{"id": "more", "label": "x", "when": {"==": ["single", True]}, "points": 1}],
            examples=[],
        )
    )
    changes = {one.row.id: one.change for one in compare(before, after)}
    assert changes["h160"] == Change.CHANGED
    assert changes["more"] == Change.ADDED
    assert changes["single"] == Change.REMOVED
    assert changes["base"] == Change.SAME


def test_the_tax_of_last_year_counts_until_august() -> None:
    tax = shipped("saku-demo.yaml").tax_year
    assert tax is not None
    months = {month: tax.source(date(2026, month, 1)) for month in range(1, 13)}
    last = {month for month, name in months.items() if name == "tax_last_year_yen"}
    assert last == {4, 5, 6, 7, 8}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_table_says_its_settings_in_words(path: Path) -> None:
    rules = load_rule_set(path.read_bytes())
    said = {one.row.id: one.row for one in compare(None, rules)}
    assert said["siblings"].label == "いっしょに申しこむきょうだい"
    for row in said.values():
        for text in (row.label, row.condition, row.counts):
            assert not re.search(r"Tie|Term|\w+\(|_first", text), text
