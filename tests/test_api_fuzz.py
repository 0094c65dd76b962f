"""The API by its own document: whatever is sent, each answer is a documented one (schemathesis).

Asked three times: as a stranger, as a front desk, and as a member of staff with every role who
also holds a card.
"""

from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Role
from api.wsgi import application
from tests.disability_card.factories import make_staff
from tests.disability_card.issuing import make_keys, make_offerable_card
from tests.disability_card.test_scanning import Desk

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
# The document also holds allauth's operations: with a session they would end it or change it.
ours = schema.include(path_regex="^/api/v1/")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
bounded = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def desk_headers() -> dict[str, str]:
    make_keys()
    return Desk().headers


@pytest.fixture
def staff_headers() -> dict[str, str]:
    user = make_staff(*Role)
    card = make_offerable_card()
    card.person.user = user
    card.person.save()
    client = Client()
    client.force_login(user)
    return {"X-Session-Token": str(client.session.session_key)}


@schema.parametrize()
@bounded
def test_a_stranger_gets_documented_answers_only(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)


@schema.include(path_regex="^/api/v1/(verif|device|presentations)").parametrize()
@bounded
def test_a_front_desk_gets_documented_answers_only(
    case: schemathesis.Case[Any], desk_headers: dict[str, str]
) -> None:
    case.call_and_validate(checks=CHECKS, headers=desk_headers)


@ours.parametrize()
@bounded
def test_a_member_of_staff_gets_documented_answers_only(
    case: schemathesis.Case[Any], staff_headers: dict[str, str]
) -> None:
    case.call_and_validate(checks=CHECKS, headers=staff_headers)
