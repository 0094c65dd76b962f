"""Gigabytes sent as a paper: cut off early, with a code, little memory and no file left."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from childcare.applying.file_kinds import FILE_BYTES_MAX
from childcare.applying.upload_limit import FORM_BYTES_READ_MAX
from childcare.models import Application, Document, DocumentState
from tests.childcare.applying.factories import PDF, make_draft
from tests.childcare.applying.test_papers import zip_bomb
from tests.huge_forms import (
    MIB,
    TWO_GB,
    EndlessForm,
    field,
    file_head,
    little_memory_and_no_file,
    streamed,
)

pytestmark = pytest.mark.django_db
PAPER = field("kind", "employment") + field("subject", "guardian:1")
# What a form may take while its file is kept: the file, its copy in one piece, Django's chunks.
MEMORY = 4 * FILE_BYTES_MAX


@pytest.fixture
def draft() -> Application:
    return make_draft()


def client_of(draft: Application, *, checks_forms: bool = False) -> Client:
    applicant = draft.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    client = Client(enforce_csrf_checks=checks_forms)
    client.force_login(applicant.user)
    return client


def address(draft: Application) -> str:
    return f"/api/v1/childcare/applications/{draft.pk}/documents"


def send(draft: Application, form: EndlessForm, length: int | None) -> Any:
    client = client_of(draft)
    with little_memory_and_no_file(MEMORY):
        return client.request(PATH_INFO=address(draft), **streamed(form, length))


def test_a_form_that_declares_2_gb_is_refused_unread(draft: Application) -> None:
    form = EndlessForm(PAPER + file_head("a.pdf") + b"%PDF-1.7")
    answer = send(draft, form, TWO_GB)
    assert (answer.status_code, answer.json()["code"]) == (413, "document-too-large")
    assert form.bytes_read == 0
    assert not Document.objects.filter(state=DocumentState.RECEIVED).exists()


def test_a_false_length_lets_nobody_read_beyond_it(draft: Application) -> None:
    form = EndlessForm(PAPER + file_head("a.pdf") + b"%PDF-1.7")
    answer = send(draft, form, 1 * MIB)  # and 2 GB would come
    # What is cut off in the middle of its file has no file.
    assert (answer.status_code, answer.json()["code"]) == (415, "document-wrong-kind")
    assert form.bytes_read <= 1 * MIB
    assert not Document.objects.filter(state=DocumentState.RECEIVED).exists()


def test_a_body_in_chunks_declares_nothing_and_is_not_read(draft: Application) -> None:
    form = EndlessForm(PAPER + file_head("a.pdf") + b"%PDF-1.7")
    answer = send(draft, form, None)
    assert (answer.status_code, answer.json()["code"]) == (422, "application-content")
    assert form.bytes_read == 0


def test_a_photo_that_is_too_large_is_read_to_its_end_and_not_kept(draft: Application) -> None:
    """A browser shows its own error where the answer comes before the form's end."""
    form = EndlessForm(PAPER + file_head("a.pdf") + b"%PDF-1.7")
    answer = send(draft, form, FORM_BYTES_READ_MAX)
    assert (answer.status_code, answer.json()["code"]) == (413, "document-too-large")
    assert form.bytes_read == FORM_BYTES_READ_MAX


def test_many_files_in_one_form_count_together(draft: Application) -> None:
    each = file_head("a.pdf") + b"x" * (3 * MIB) + b"\r\n"
    form = EndlessForm(PAPER + each * 4)
    answer = send(draft, form, len(PAPER + each * 4) + MIB)
    assert (answer.status_code, answer.json()["code"]) == (413, "document-too-large")


def test_a_form_of_no_file_at_all_is_not_read_without_end(draft: Application) -> None:
    form = EndlessForm(b"no boundary ")
    assert send(draft, form, TWO_GB).json()["code"] == "document-too-large"
    assert form.bytes_read == 0


def test_a_field_in_the_place_of_a_file_is_cut_off(draft: Application) -> None:
    endless_kind = b'--B\r\nContent-Disposition: form-data; name="kind"\r\n\r\n'
    form = EndlessForm(endless_kind)
    answer = send(draft, form, 40 * MIB)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert form.bytes_read <= 3 * MIB


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("a.pdf", zip_bomb(), "document-wrong-kind", id="zip bomb"),
        pytest.param("a.pdf", b"<svg onload='x()'/>", "document-wrong-kind", id="wrong type"),
        pytest.param("a.png", b"%PDF-1.7 no end", "document-unreadable", id="half a page"),
        pytest.param("../../../../tmp/a.pdf", b"MZ\x90\0", "document-wrong-kind", id="../"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    draft: Application, name: str, content: bytes, code: str
) -> None:
    form = {"kind": "employment", "subject": "guardian:1"}
    with little_memory_and_no_file(MEMORY):
        answer = client_of(draft).post(
            address(draft), form | {"file": SimpleUploadedFile(name, content, "application/pdf")}
        )
    assert answer.json()["code"] == code
    assert not Document.objects.filter(state=DocumentState.RECEIVED).exists()


def test_the_page_says_in_words_that_a_file_is_too_large(draft: Application) -> None:
    form = EndlessForm(file_head("a.pdf") + b"%PDF-1.7")
    client, page = client_of(draft), f"/childcare/apply/{draft.pk}/papers/"
    with little_memory_and_no_file(MEMORY):
        answer = client.request(PATH_INFO=page, **streamed(form, TWO_GB))
    assert (answer.status_code, form.bytes_read) == (302, 0)
    told = client.get(answer["Location"], headers={"Accept-Language": "ja"}).content.decode()
    assert "ファイルが大きすぎます" in told


def test_the_page_takes_no_paper_without_its_own_form(draft: Application) -> None:
    """The limit stands before the check against forged forms; the check stands all the same."""
    client = client_of(draft, checks_forms=True)
    page = f"/childcare/apply/{draft.pk}/papers/"
    forged = {"document": str(uuid4()), "file": SimpleUploadedFile("a.pdf", PDF)}
    assert client.post(page, forged).status_code == 403
