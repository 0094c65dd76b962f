"""What is copied for insight, for whom, and what a withdrawal does to it at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from accounts.models import Role
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.disability_card.factories import NOW, make_staff
from tests.tourism.visiting import (
    give,
    make_campaign,
    make_shop,
    make_visitor,
    spend,
    withdraw,
)
from tourism.insight.answers import Told, who_came
from tourism.insight.asking import Question, ask
from tourism.insight.export import NoExportYet, current_files, export_campaign
from tourism.models import Campaign, InsightExport, Reversal, Txn, Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Twelve visitors who each spent at one of three shops."""
    made = make_campaign()
    shops = [make_shop() for _ in range(3)]
    for number in range(12):
        spend(made, make_visitor(made), shops[number % 3])
    return made


def export(campaign: Campaign) -> InsightExport:
    return export_campaign(campaign, actor=SYSTEM, now=NOW)


def contents(made: InsightExport, table: str) -> list[tuple[object, ...]]:
    path = Path(settings.DOCUMENTS_DIR) / "insight" / str(made.pk) / f"{table}.parquet"
    with duckdb.connect() as connection:
        found: list[tuple[object, ...]] = connection.execute(f"SELECT * FROM '{path}'").fetchall()
    return found


def test_only_who_consented_is_copied(campaign: Campaign) -> None:
    silent = make_visitor(campaign, consents=False)
    spend(campaign, silent, make_shop())
    made = export(campaign)
    assert (made.people, made.visits) == (12, 12)


def test_a_copy_holds_no_id_no_name_and_no_time(campaign: Campaign) -> None:
    made = export(campaign)
    folder = Path(settings.DOCUMENTS_DIR) / "insight" / str(made.pk)
    assert sorted(path.name for path in folder.iterdir()) == [
        "people.parquet", "receipts.parquet", "visits.parquet",
    ]  # fmt: skip
    for table in ("people", "visits"):
        for row in contents(made, table):
            assert all(isinstance(value, int | str) for value in row)
    from_people = {type(value) for row in contents(made, "people") for value in row[1:]}
    assert from_people == {str}


def test_two_copies_cannot_be_joined(campaign: Campaign) -> None:
    first = {row[0] for row in contents(export(campaign), "people")}
    second = {row[0] for row in contents(export(campaign), "people")}
    assert len(first) == len(second) == 12
    assert first & second == set()


def test_a_new_copy_ends_the_one_before_with_its_secret(
    campaign: Campaign, django_capture_on_commit_callbacks: Any
) -> None:
    first = export(campaign)
    with django_capture_on_commit_callbacks(execute=True):
        second = export(campaign)
    assert list(InsightExport.objects.values_list("pk", flat=True)) == [second.pk]
    assert not (Path(settings.DOCUMENTS_DIR) / "insight" / str(first.pk)).exists()


def test_who_withdraws_after_the_copy_is_in_no_answer(campaign: Campaign) -> None:
    leaver = make_visitor(campaign)
    spend(campaign, leaver, make_shop())
    export(campaign)
    before = len(current_files(campaign).withdrawn)
    withdraw(leaver, at=NOW + timedelta(seconds=1))
    files = current_files(campaign)
    assert (before, len(files.withdrawn)) == (0, 1)
    with files.opened() as connection:
        left = connection.execute(
            "SELECT count(*) FROM people ANTI JOIN withdrawn USING (person)"
        ).fetchone()
    assert left == (12,)


def test_a_withdrawal_that_makes_too_few_silences_the_answer(campaign: Campaign) -> None:
    export(campaign)
    assert who_came(current_files(campaign)).told == Told.ANSWERED
    wallets = Wallet.objects.filter(campaign=campaign).select_related("person")
    people = [one.person for one in wallets[:3]]
    for person in people:
        assert person is not None
        withdraw(person, at=NOW + timedelta(seconds=1))
    assert who_came(current_files(campaign)).told == Told.TOO_FEW


def test_who_gives_consent_again_counts_again(campaign: Campaign) -> None:
    leaver = make_visitor(campaign)
    withdraw(leaver, at=NOW)
    give(leaver)
    made = export(campaign)
    assert made.people == 13
    assert current_files(campaign).withdrawn == []


def test_a_reversed_coupon_was_no_visit(campaign: Campaign) -> None:
    sale = spend(campaign, make_visitor(campaign), make_shop())
    back = Txn.objects.create(campaign=campaign, kind="reverse", at=NOW, reverses=sale.txn)
    Reversal.objects.create(redemption=sale, txn=back, by=sale.shop_id, reason="", at=NOW)
    assert export(campaign).visits == 12


def test_a_question_is_on_the_audit_trail_with_its_filter(campaign: Campaign) -> None:
    export(campaign)
    ask(campaign, Question.WHO_CAME, chosen={"origin": ["kanto"]}, actor=SYSTEM, now=NOW)
    event = AuditEvent.objects.get(action="insight.ask")
    assert event.facts == {
        "question": "who-came", "origin": ["kanto"], "age_band": [], "party": [],
    }  # fmt: skip


def test_without_a_copy_there_is_no_answer(campaign: Campaign) -> None:
    with pytest.raises(NoExportYet):
        current_files(campaign)


def test_the_nightly_command_copies_running_campaigns(campaign: Campaign) -> None:
    make_campaign(state="draft")
    call_command("export_insight")
    assert [one.campaign for one in InsightExport.objects.all()] == [campaign]


def staff(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_staff(*roles))
    return client


def test_a_clerk_reads_the_four_answers_on_one_page(campaign: Campaign) -> None:
    export(campaign)
    page = staff(Role.CAMPAIGN_CLERK).get(f"/staff/insight/{campaign.pk}/").content.decode()
    assert "約 12人" not in page  # rounded to five
    assert "約 10人のうち、いちばん多いのは 関東 の 約 10人です。" in page
    assert "この事業では答えられません。" in page


def test_the_table_is_downloaded_with_the_filter_of_the_page(campaign: Campaign) -> None:
    export(campaign)
    clerk = staff(Role.CAMPAIGN_CLERK)
    address = f"/staff/insight/{campaign.pk}/who-came.csv"
    assert "関東,30代,子どものいる家族,10" in clerk.get(address).content.decode()
    other = clerk.get(address, {"origin": "abroad"}).content.decode()
    assert "関東" not in other


def test_the_api_gives_the_same_and_only_to_the_citys_staff(campaign: Campaign) -> None:
    export(campaign)
    address = f"/api/v1/staff/tourism/campaigns/{campaign.pk}/insight/who-came"
    found = staff(Role.STATISTICS).get(address).json()
    assert (found["told"], found["people"]) == ("answered", 10)
    assert found["parts"] == [{"key": ["kanto", "30-39", "family"], "people": 10}]
    assert staff(Role.COUNTER).get(address).status_code == 403
    elsewhere = Client()
    elsewhere.force_login(make_staff(Role.CAMPAIGN_CLERK, municipality="202011"))
    assert elsewhere.get(address).status_code == 404


def test_an_answer_without_numbers_has_none_in_the_api_either(campaign: Campaign) -> None:
    export(campaign)
    address = f"/api/v1/staff/tourism/campaigns/{campaign.pk}/insight/added-spending"
    found = staff(Role.CAMPAIGN_CLERK).get(address).json()
    assert found == {"told": "not_answerable", "difference": None}


def test_the_copy_is_made_by_who_runs_campaigns(campaign: Campaign) -> None:
    address = f"/api/v1/staff/tourism/campaigns/{campaign.pk}/insight/export"
    assert staff(Role.STATISTICS).post(address, content_type="application/json").status_code == 403
    made = staff(Role.CAMPAIGN_CLERK).post(
        address, content_type="application/json", headers={"Idempotency-Key": "once"}
    )
    assert (made.status_code, made.json()["people"]) == (201, 12)
