"""Copy what insight may look at into Parquet: consenting people under random numbers, no times.

The numbers come from a secret of this export alone, so two exports cannot be joined. A person who
withdraws is left out of every answer from that instant (`current_files`), and is gone from the
files with the next export.
"""

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.consents import consenting, withdrawn_since
from core import audit
from core.actor import Actor
from core.ids import random_token, uuid7
from core.refusals import Refusal, gettext_noop as _
from tourism.insight.cubes import Files
from tourism.models import (
    Campaign,
    InsightExport,
    Receipt,
    Redemption,
    StudyArm,
    VisitorProfile,
)
from tourism.use_days import USED_AT

PURPOSE: Final = "insight"  # of accounts.consents
# A withdrawal that had begun when the export was read may be written with an earlier instant.
_OVERLAP: Final = timedelta(hours=1)
_COLUMNS: Final[Mapping[str, str]] = {
    "people": "person UBIGINT, origin VARCHAR, age_band VARCHAR, party VARCHAR, arm VARCHAR",
    "visits": "person UBIGINT, shop UBIGINT, category VARCHAR, nth USMALLINT, bill_yen INTEGER,"
    " coupon_yen INTEGER",
    "receipts": "person UBIGINT, shop UBIGINT, bill_yen INTEGER",
}


class NoExportYet(Refusal):
    """The campaign was not prepared for questions."""

    code = "insight-not-prepared"
    title = _("集計の準備がまだです")
    next_step = _("「集計をつくり直す」を押してください。夜のあいだにも自動で作られます。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """Random numbers for people and shops, made of one export's secret."""

    secret: str

    def of(self, one: UUID) -> int:
        digest = hashlib.blake2b(one.bytes, key=self.secret.encode()[:64], digest_size=8).digest()
        return int.from_bytes(digest, "big")


def export_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> InsightExport:
    """Write the files of ``campaign`` anew and forget those before, with their secret."""
    keys = _Keys(secret=random_token())
    export = InsightExport(pk=uuid7(), campaign=campaign, secret=keys.secret, started_at=now,
                           made_at=now)  # fmt: skip
    folder = _folder(export)
    folder.mkdir(parents=True)
    consented = consenting(PURPOSE)
    profiles = VisitorProfile.objects.filter(campaign=campaign).values_list(
        "person_id", "origin", "age_band", "party"
    )
    people = [one for one in profiles if one[0] in consented]
    known = {one[0] for one in people}
    export.people = _write(folder, "people", _people(campaign, people, keys))
    export.visits = _write(folder, "visits", _visits(campaign, known, keys))
    _write(folder, "receipts", _receipts(campaign, known, keys))
    with transaction.atomic():
        former = list(InsightExport.objects.filter(campaign=campaign))
        export.save()
        InsightExport.objects.filter(pk__in=[one.pk for one in former]).delete()
        audit.record(
            "insight.export",
            actor=actor,
            now=now,
            municipality=campaign.municipality,
            object_type="campaign",
            object_id=campaign.pk,
            facts={"people": export.people, "visits": export.visits},
        )
        transaction.on_commit(lambda: _remove(former))
    return export


def current_files(campaign: Campaign) -> Files:
    """Return the files to ask, without who withdrew since; raise :class:`NoExportYet`."""
    export = InsightExport.objects.filter(campaign=campaign).order_by("-id").first()
    if export is None or not _folder(export).is_dir():
        raise NoExportYet
    keys = _Keys(secret=export.secret)
    gone = withdrawn_since(PURPOSE, export.started_at - _OVERLAP)
    return Files(folder=_folder(export), withdrawn=sorted(keys.of(one) for one in gone))


def _folder(export: InsightExport) -> Path:
    return Path(settings.DOCUMENTS_DIR) / "insight" / str(export.pk)


def _remove(former: Iterable[InsightExport]) -> None:
    for one in former:
        shutil.rmtree(_folder(one), ignore_errors=True)


def _people(
    campaign: Campaign, people: Iterable[tuple[UUID, str, str, str]], keys: _Keys
) -> Iterator[tuple[Any, ...]]:
    arms = dict(StudyArm.objects.filter(campaign=campaign).values_list("person_id", "arm"))
    for person, origin, age_band, party in people:
        yield keys.of(person), origin, age_band, party, arms.get(person, "")


def _visits(campaign: Campaign, known: set[UUID], keys: _Keys) -> Iterator[tuple[Any, ...]]:
    """Give each person's coupons in their order; the order is all that is left of their times."""
    rows = (
        Redemption.objects.filter(campaign=campaign, reversal__isnull=True)
        .order_by("wallet_id", USED_AT)
        .values_list("wallet__person_id", "shop_id", "shop__kind", "bill_yen", "coupon_yen")
        .iterator(chunk_size=5_000)
    )
    for person, mine in groupby(rows, key=lambda row: row[0]):
        if person in known:
            for nth, (_who, shop, category, bill, coupon) in enumerate(mine, start=1):
                yield keys.of(person), keys.of(shop), category, nth, bill, coupon


def _receipts(campaign: Campaign, known: set[UUID], keys: _Keys) -> Iterator[tuple[Any, ...]]:
    rows = Receipt.objects.filter(campaign=campaign).values_list("person_id", "shop_id", "bill_yen")
    for person, shop, bill in rows.iterator(chunk_size=5_000):
        if person in known:
            yield keys.of(person), keys.of(shop), bill


def _write(folder: Path, table: str, rows: Iterable[tuple[Any, ...]]) -> int:
    """Write one Parquet file, sorted by the random numbers; return its number of rows."""
    path = folder / f"{table}.csv"
    count = 0
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for row in rows:
            writer.writerow(row)
            count += 1
    names = [column.split(" ") for column in _COLUMNS[table].split(", ")]
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in names)
    read = (
        f"read_csv('{path}', auto_detect = false, header = false, nullstr = '',"
        f" delim = ',', columns = {{{columns}}})"
    )
    import duckdb  # noqa: PLC0415  12 MiB, which only insight needs

    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM {read} ORDER BY ALL) TO '{folder / table}.parquet'"  # noqa: S608  our own names
        )
    path.unlink()
    return count
