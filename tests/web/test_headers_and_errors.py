"""Headers of every answer, and what people and programs read when something fails."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from web.views import errors


def test_a_page_may_load_only_from_its_own_origin() -> None:
    policy = Client().get("/offline/")["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert parts["style-src"] == parts["connect-src"] == "'self'"
    assert parts["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in policy


def test_only_our_own_pages_may_use_the_camera() -> None:
    answer = Client().get("/offline/")
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_a_page_of_a_signed_in_person_is_kept_by_nobody() -> None:
    client = Client()
    user = User.objects.create_user("hanako@example.jp")
    client.force_login(user)
    assert client.get("/my/")["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_person_reads_a_page_and_a_program_a_problem_document() -> None:
    page = Client().get("/nowhere/")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "見つかりません" in page.content.decode()
    problem = Client().get("/api/v1/nowhere")
    assert (problem.status_code, problem["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_without_asking_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    request = RequestFactory().get("/my/")
    with django_assert_num_queries(0):
        answer = errors.server_error(request)
    assert answer.status_code == 500
    assert "うまく動きませんでした" in answer.content.decode()


def test_a_form_that_is_too_old_is_refused_with_a_way_on() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/code/", {"email": "hanako@example.jp"})
    assert answer.status_code == 403
    assert "もう一度" in answer.content.decode()
