"""Staff's pages of point tables: handed in by one, shown row by row, published by another."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, User
from childcare.models import RuleSet, RuleSetStatus
from tests.childcare.published import published, version
from tests.childcare.rule_set_files import DEMO, FOLDER
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db
LIST = "/staff/rule-sets/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hand_in(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("table.yaml", content)
    return client.post(f"{LIST}submit/", {"file": file})


def test_one_hands_in_and_another_publishes() -> None:
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    approver = signed_in(make_staff(Role.CHILDCARE_APPROVER))
    answer = hand_in(clerk, DEMO.read_bytes())
    row = RuleSet.objects.get()
    assert answer["Location"] == f"{LIST}{row.pk}/"
    assert "べつの職員が公開するのを待っています" in clerk.get(answer["Location"]).content.decode()
    page = approver.get(answer["Location"]).content.decode()
    assert "この点数表を公開する" in page
    approver.post(f"{LIST}{row.pk}/publish/")
    row.refresh_from_db()
    assert row.status == RuleSetStatus.PUBLISHED
    assert "もう変わりません" in approver.get(answer["Location"]).content.decode()


def test_an_approver_cannot_publish_what_they_handed_in() -> None:
    approver = signed_in(make_staff(Role.CHILDCARE_APPROVER))
    hand_in(approver, DEMO.read_bytes())
    row = RuleSet.objects.get()
    assert "この点数表を公開する" not in approver.get(f"{LIST}{row.pk}/").content.decode()
    page = approver.post(f"{LIST}{row.pk}/publish/", follow=True).content.decode()
    assert "点数表を出した人は、公開できません" in page
    row.refresh_from_db()
    assert row.status == RuleSetStatus.DRAFT


def test_a_clerk_cannot_publish() -> None:
    hand_in(signed_in(make_staff(Role.CHILDCARE_APPROVER)), DEMO.read_bytes())
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    assert clerk.post(f"{LIST}{RuleSet.objects.get().pk}/publish/").status_code == 403


def test_a_file_with_a_float_is_refused_with_line_and_mend_and_changes_nothing() -> None:
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    content = DEMO.read_bytes().replace(b"points: 40", b"points: 7.5", 1)
    line = content[: content.index(b"points: 7.5")].count(b"\n") + 1
    answer = hand_in(clerk, content)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "小数「7.5」は使えません" in page
    assert "半点の整数で書いてください" in page
    assert f">{line}</td>" in page
    assert not RuleSet.objects.exists()


def test_a_draft_with_a_row_that_no_example_counts_is_shown_with_what_is_missing() -> None:
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    content = DEMO.read_bytes()
    for before, after in (
        (b"{single_parent: true, welfare: true}", b"{single_parent: true}"),
        (
            b"points: 82, rank: 1, lines: {guardian:1/abs",
            b"points: 78, rank: 1, lines: {guardian:1/abs",
        ),
        (b", welfare: 4}", b"}"),
    ):
        assert before in content
        content = content.replace(before, after)
    page = clerk.get(hand_in(clerk, content)["Location"]).content.decode()
    assert "「welfare」の行を通る例が、1つもありません" in page
    assert "まだ公開できません" in page


def test_a_draft_stands_beside_the_version_in_force_row_by_row() -> None:
    published(version("a", "2020-04-01", "2040-03-31"))
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    draft = version("b", "2040-04-01", "2041-03-31").replace(b'"points": 40', b'"points": 39')
    page = clerk.get(hand_in(clerk, draft)["Location"]).content.decode()
    assert "いま使っている点数表とのちがい" in page
    assert "変わる行 1" in page
    assert "19.5" in page


def test_a_reference_is_shown_with_its_gaps() -> None:
    clerk = signed_in(make_staff(Role.CHILDCARE_CLERK))
    answer = hand_in(clerk, (FOLDER / "koto-r7.yaml").read_bytes())
    page = clerk.get(answer["Location"]).content.decode()
    assert "選考には使えません" in page
    assert "同点のときの順番が、書き写しにありません。" in page


def test_who_has_no_role_of_childcare_sees_no_table() -> None:
    row = published()
    stranger = signed_in(make_staff(Role.CARD_CLERK))
    assert stranger.get(LIST).status_code == 403
    assert stranger.get(f"{LIST}{row.pk}/").status_code == 403
