"""What a nursery's own people tell about it: posts, a day, the year, the menu, photos.

Texts are kept by language; Japanese is needed, the others fall back to it. Photos are JPEG or PNG,
drawn anew without the place and time that a phone writes into them, and kept outside the web root.
"""

import hashlib
import io
from collections.abc import Mapping
from datetime import date, datetime, time
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from childcare.models import DayMoment, Facility, MenuDay, MomentIcon, Photo, Post, YearEvent
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

Words = Mapping[str, str]  # {"ja": ..., "ja-easy": ..., "en": ...}
LANGUAGES: Final = ("ja", "ja-easy", "en")
PHOTO_BYTES_MAX: Final = 10 * 1024 * 1024
PHOTO_SIDE_MAX: Final = 1_600
_PIXELS_MAX: Final = 50_000_000  # a picture that unpacks to more is a bomb, not a photo


class PhotoUnreadable(Refusal):
    """The file is no photo, or a far too large one."""

    code = "photo-unreadable"
    title = _("この写真は使えません")
    next_step = _("10MB までの JPEG か PNG の写真を選んでください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class WordsMissing(Refusal):
    """There is nothing to read."""

    code = "words-missing"
    title = _("日本語の文がありません")
    next_step = _("日本語の文を書いてください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def in_words(words: Words, language: str) -> str:
    """Return the text in the reader's language, else in Japanese."""
    return words.get(language) or words.get("ja", "")


def checked(words: Words) -> dict[str, str]:
    """Return the texts that are there; raise :class:`WordsMissing` without a Japanese one."""
    kept = {name: words[name].strip() for name in LANGUAGES if words.get(name, "").strip()}
    if "ja" not in kept:
        raise WordsMissing
    return kept


def write_post(
    facility: Facility, *, title: Words, text: Words, written_by: User, actor: Actor, now: datetime
) -> Post:
    """Publish a short post."""
    with transaction.atomic():
        post = Post.objects.create(
            facility=facility,
            title=checked(title),
            text=checked(text),
            written_by=written_by,
            published_at=now,
        )
        _record("facility.post", facility, actor=actor, now=now)
    return post


def hide_post(post: Post, *, actor: Actor, now: datetime) -> Post:
    """Take a post away from the readers; it stays as a record."""
    with transaction.atomic():
        post.hidden_at = now
        post.save(update_fields=["hidden_at"])
        _record("facility.post.hide", post.facility, actor=actor, now=now)
    return post


def write_moment(
    facility: Facility,
    *,
    at: time,
    icon: MomentIcon,
    title: Words,
    text: Words,
    class_age: int | None,
    actor: Actor,
    now: datetime,
) -> DayMoment:
    """Add a moment of the day; one at the same time of the same class is replaced."""
    with transaction.atomic():
        DayMoment.objects.filter(facility=facility, at=at, class_age=class_age).delete()
        moment = DayMoment.objects.create(
            facility=facility,
            at=at,
            icon=icon,
            title=checked(title),
            text=checked(text) if text.get("ja") else {},
            class_age=class_age,
        )
        _record("facility.day", facility, actor=actor, now=now)
    return moment


def write_menu(
    facility: Facility,
    *,
    day: date,
    lunch: Words,
    snack: Words,
    allergens: list[str],
    actor: Actor,
    now: datetime,
) -> MenuDay:
    """Say what there is to eat on a day."""
    with transaction.atomic():
        menu, _created = MenuDay.objects.update_or_create(
            facility=facility,
            day=day,
            defaults={
                "lunch": checked(lunch),
                "snack": checked(snack) if snack.get("ja") else {},
                "allergens": allergens,
            },
        )
        _record("facility.menu", facility, actor=actor, now=now)
    return menu


def write_year_event(
    facility: Facility, *, month: int, title: Words, actor: Actor, now: datetime
) -> YearEvent:
    """Add an event of the year."""
    with transaction.atomic():
        event = YearEvent.objects.create(facility=facility, month=month, title=checked(title))
        _record("facility.year", facility, actor=actor, now=now)
    return event


def remove_from_day(row: DayMoment | YearEvent | Photo, *, actor: Actor, now: datetime) -> None:
    """Take a moment, an event of the year or a photo away."""
    with transaction.atomic():
        facility = row.facility
        row.delete()
        _record("facility.remove", facility, actor=actor, now=now)


def add_photo(
    facility: Facility,
    *,
    content: bytes,
    alternative: Words,
    added_by: User,
    actor: Actor,
    now: datetime,
) -> Photo:
    """Keep a photo with its words; raise :class:`PhotoUnreadable` for anything else."""
    words = checked(alternative)
    picture = _redrawn(content)
    digest = hashlib.sha256(picture).hexdigest()
    path = photo_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    with transaction.atomic():
        photo = Photo.objects.create(
            facility=facility,
            alternative=words,
            file_sha256=digest,
            media_type="image/jpeg",
            added_by=added_by,
            added_at=now,
        )
        _record("facility.photo", facility, actor=actor, now=now)
    return photo


def photo_path(digest: str) -> Path:
    """Return where a photo is kept: by its digest, never by a name that somebody sent."""
    return Path(settings.DOCUMENTS_DIR) / "nursery-photos" / digest[:2] / f"{digest}.jpg"


def _redrawn(content: bytes) -> bytes:
    if len(content) > PHOTO_BYTES_MAX:
        raise PhotoUnreadable
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as given:
            if given.width * given.height > _PIXELS_MAX:
                raise PhotoUnreadable
            upright = ImageOps.exif_transpose(given).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError):
        raise PhotoUnreadable from None
    upright.thumbnail((PHOTO_SIDE_MAX, PHOTO_SIDE_MAX))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82)
    return out.getvalue()


def _record(action: str, facility: Facility, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=facility.municipality,
        object_type="facility",
        object_id=facility.pk,
    )
