"""Every address as every role from every place, and as a stranger; with forged forms and odd arguments."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import AuditEvent
from tests.architecture.url_matrix import ADDRESSES, BACK_OFFICE, BACK_OFFICE_SITE, EVERYBODY, Address
from tests.architecture.world import NOW, PLACES, World

pytestmark = pytest.mark.django_db

READ = [address for address in ADDRESSES if address.reads]
WRITTEN = [address for address in ADDRESSES if address.writes and not address.is_open]
LISTS = [address for address in ADDRESSES if address.budget]
# The back office names everything but what it catches: unknown addresses (404) and old ones (redirected).
CATCHERS = ("(?P<url>.*)$", "<path:object_id>/")
REFUSED, HIDDEN = {403}, {404}
SCRIPT = "<script>alert(1)</script>"
FIELDS = """
    action category code department fund kind measure month name next order page person programme q search
    since sort standard status step subject target_year township until view village year
""".split()  # noqa: SIM905 -- a table of words is read more easily than a list of strings
ODD = ["0", "-1", "99999999999999999999999", "x" * 300, "\x00", "%", "..", "' OR 1=1 --", "ü村", SCRIPT]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Made once for all: every request of these tests is undone."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("common.clock.now", lambda: NOW)
        yield World()
        transaction.set_rollback(True)


def send(client: Client, method: str, path: str, data: object = None) -> int:
    """Send a request, undo what it wrote, return the status."""
    with transaction.atomic():
        response = (
            client.generic(method, path) if data is None else getattr(client, method.lower())(path, data)
        )
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert SCRIPT.encode() not in body
        transaction.set_rollback(True)
    return response.status_code


def path_of(address: Address, world: World) -> str:
    return reverse(address.name, kwargs=dict(address.arguments(world)))


def all_names() -> set[str]:
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, below)
        elif str(pattern.pattern) not in CATCHERS:
            yield f"{prefix}{pattern.name or pattern.pattern}"


def in_back_office(name: str) -> bool:
    return name in BACK_OFFICE_SITE or name.startswith(tuple(f"admin:{table}_" for table in BACK_OFFICE))


def test_every_address_is_declared_and_every_declared_one_exists():
    declared = {address.name for address in ADDRESSES}

    existing = {name for name in all_names() if not in_back_office(name)}

    assert existing == declared
    assert len(ADDRESSES) == len(declared)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_a_stranger_is_sent_to_the_login_page(world, address):
    path = path_of(address, world)

    statuses = [send(Client(), method, path) for method in ("GET", "POST")]

    opened = [200, 200] if address.writes else [200, 405]
    assert statuses == (opened if address.is_open else [302, 302])


@pytest.mark.parametrize("address", READ, ids=lambda address: address.name)
def test_a_page_opens_for_its_readers_inside_their_division_only(world, address):
    path = path_of(address, world)

    found = {
        (role, place): send(world.client(role, place), "GET", path) for role in EVERYBODY for place in PLACES
    }

    wrong = {who: status for who, status in found.items() if status not in expected(address, *who)}
    assert wrong == {}


def expected(address: Address, role: str, place: str) -> set[int]:
    """The answers that are right: which gate speaks first to somebody whom both refuse does not matter."""
    if role not in address.roles:
        return REFUSED | HIDDEN
    return HIDDEN if (role, place) in address.hidden else address.answers


@pytest.mark.parametrize("address", [a for a in ADDRESSES if not a.reads], ids=lambda address: address.name)
def test_an_address_that_takes_forms_is_no_page(world, address):
    path = path_of(address, world)

    found = {send(world.client(role, "own"), "GET", path) for role in EVERYBODY}

    assert found == {405}


@pytest.mark.parametrize("address", [a for a in READ if not a.writes], ids=lambda address: address.name)
def test_a_page_that_is_read_takes_no_forms(world, address):
    path = path_of(address, world)

    found = {send(world.client(role, "own"), "POST", path, {}) for role in EVERYBODY}

    assert found == {405}


@pytest.mark.parametrize("address", WRITTEN, ids=lambda address: address.name)
def test_a_form_forged_by_another_role_or_from_elsewhere_changes_nothing(world, address):
    path, events = path_of(address, world), AuditEvent.objects.count()
    outsiders = [
        (role, place)
        for role in EVERYBODY
        for place in PLACES
        if role not in address.roles or (role, place) in address.hidden
    ]

    found = {who: send(world.client(*who), "POST", path, address.data) for who in outsiders}

    assert set(found.values()) <= REFUSED | HIDDEN
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("address", WRITTEN, ids=lambda address: address.name)
def test_an_empty_or_senseless_form_is_no_error(world, address):
    path = path_of(address, world)
    senseless = dict.fromkeys([*FIELDS, "amount", "date", "comment", "deadline", "version", "text"], SCRIPT)

    clients = [world.client(role, "own") for role in address.roles]
    found = {send(client, "POST", path, data) for client in clients for data in ({}, senseless)}

    assert max(found) < 500


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.hidden], ids=lambda address: address.name)
def test_odd_arguments_lead_nowhere(world, address):
    arguments = dict(address.arguments(world))
    odd_ones = [arguments | {name: odd} for name in arguments for odd in ODD]
    paths = [path for odd in odd_ones if (path := _path(address.name, odd))]

    found = {send(world.client("bureau", "own"), "GET", path) for path in paths}

    assert found <= {403, 404, 405}


def _path(name: str, arguments: dict) -> str | None:
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch:
        return None  # the pattern itself keeps it out


@pytest.mark.parametrize("address", READ, ids=lambda address: address.name)
def test_odd_filters_do_no_harm_and_come_back_as_text(world, address):
    client, path = world.client(min(address.roles), "own"), path_of(address, world)

    found = {send(client, "GET", path, dict.fromkeys(FIELDS, odd)) for odd in ODD}

    assert found <= {200, 302, 404}


def test_the_back_office_keeps_our_tables_only():
    lists = [name for name in all_names() if name.endswith("_changelist")]

    tables = {name.removeprefix("admin:").removesuffix("_changelist") for name in lists}

    assert tables == set(BACK_OFFICE)


@pytest.mark.parametrize("table", BACK_OFFICE)
def test_a_table_of_the_back_office_opens_for_its_keeper_only(world, table):
    path = reverse(f"admin:{table}_changelist")

    found = {role: send(world.client(role, "own"), "GET", path) for role in EVERYBODY}

    keepers = {role for role, status in found.items() if status == 200}
    assert keepers == {BACK_OFFICE[table]}
    assert set(found.values()) == {200, 302, 403}


@pytest.mark.parametrize("table", BACK_OFFICE)
def test_a_stranger_is_sent_from_the_back_office_to_the_login_page(world, table):
    path = reverse(f"admin:{table}_changelist")

    status = send(Client(), "GET", path)

    assert status == 302


@pytest.fixture(scope="module")
def large_world(world) -> Iterator[World]:
    """The same county with thirty villages more."""
    with transaction.atomic():
        world.grow(30)
        yield world
        transaction.set_rollback(True)


@pytest.mark.parametrize("address", LISTS, ids=lambda address: address.name)
def test_a_list_keeps_its_budget_of_queries_however_long_it_is(
    large_world, address, django_assert_max_num_queries
):
    role = "bureau" if "bureau" in address.roles else min(address.roles)
    client, path = large_world.client(role, "own"), path_of(address, large_world)

    with django_assert_max_num_queries(address.budget):
        status = send(client, "GET", path)

    assert status in address.answers
