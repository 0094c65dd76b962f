"""`manage.py rule_sets`: the same checks as the pages, for the city's IT staff."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from childcare.models import RuleSet, RuleSetStatus
from tests.childcare.published import make_approver, make_submitter, published, version
from tests.childcare.rule_set_files import DEMO, FOLDER

pytestmark = pytest.mark.django_db


def run(*arguments: str | Path) -> str:
    out = StringIO()
    call_command("rule_sets", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_whole_set_passes_the_check_and_stores_nothing() -> None:
    assert "公開できます" in run("check", DEMO)
    assert not RuleSet.objects.exists()


def test_a_reference_fails_the_check_with_place_line_and_mend() -> None:
    with pytest.raises(CommandError, match=r"/meta/standing \(9行め\): 参考の点数表なので"):
        run("check", FOLDER / "koshigaya-r8.yaml")


def test_one_loads_and_another_publishes() -> None:
    clerk, approver = make_submitter(), make_approver()
    assert "sha256" in run("load", DEMO, "--as", clerk.email)
    with pytest.raises(CommandError, match="not-allowed"):
        run("publish", DEMO, "--as", clerk.email)
    assert "公開しました" in run("publish", DEMO, "--as", approver.email)
    assert RuleSet.objects.get().status == RuleSetStatus.PUBLISHED


def test_who_loaded_it_cannot_publish_it_by_the_command_either() -> None:
    approver = make_approver()
    run("load", DEMO, "--as", approver.email)
    with pytest.raises(CommandError, match="second-person-needed"):
        run("publish", DEMO, "--as", approver.email)


def test_what_was_not_loaded_is_not_published() -> None:
    with pytest.raises(CommandError, match="load"):
        run("publish", DEMO, "--as", make_approver().email)


def test_the_difference_to_the_set_in_force_is_shown_row_by_row(tmp_path: Path) -> None:
    published(version("a", "2020-04-01", "2040-03-31"))
    draft = tmp_path / "draft.json"
    changed = version("b", "2040-04-01", "2041-03-31").replace(b'"points": 40', b'"points": 39')
    draft.write_bytes(changed)
    shown = run("diff", draft)
    assert "~ h160" in shown
    assert "20点 → 19.5点" in shown
    assert "single" not in shown


def test_a_file_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("check", "nowhere.yaml")
