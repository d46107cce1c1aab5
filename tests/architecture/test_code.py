"""Rules of the house that no linter knows. Each finds a broken example too, so that none of them sleeps."""

import ast
import re
from collections.abc import Iterable

import pytest

from tests.architecture.sources import Source, all_sources, calls, functions, place, room_sources

LONGEST_FILE = 300
LONGEST_FUNCTION = 45
CLOCK = "common/clock.py"
# Who decides, and who draws or fills in the roles of a person; everything else asks for a permission.
ROLES_ARE_KNOWN_TO = (
    "accounts/permissions.py",
    "accounts/models.py",
    "accounts/forms.py",
    "accounts/services/users.py",
)
WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save", "delete"}
# Layers that are handed the time instead of asking for it.
HANDED_THE_TIME = {"models", "services", "permissions", "workflow", "engine", "notifications"}
TIMELESS_NAMES = {"utils.py", "helpers.py", "misc.py", "selectors.py", "signals.py", "receivers.py"}
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z0-9, ]+|\[[a-z-]+\])?(?P<reason>.*)$", re.M)


def role_comparisons(source: Source) -> list[str]:
    """Where a role is named, or the roles of a person are looked into."""
    named = [n for n in ast.walk(source.tree) if isinstance(n, ast.Attribute) and _is_role(n)]
    compared = [n for n in ast.walk(source.tree) if isinstance(n, ast.Compare) and "roles" in _attributes(n)]
    return [place(source, node) for node in (*named, *compared)]


def _is_role(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "Role" and node.attr.isupper()


def _attributes(node: ast.AST) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def writes(source: Source) -> list[str]:
    """Where rows are written."""
    return [
        place(source, node)
        for node, name, owner in calls(source)
        if (name in WRITES and owner) or (name == "update" and owner and node.keywords)
    ]


def readings_of_the_clock(source: Source) -> list[str]:
    """Where the wall clock is read: now(), today(), a local day of no moment, a field that fills itself."""
    found = [place(source, node) for node, name, owner in calls(source) if _reads_clock(node, name, owner)]
    fields = [node for node in ast.walk(source.tree) if isinstance(node, ast.keyword)]
    return found + [place(source, node) for node in fields if node.arg in {"auto_now", "auto_now_add"}]


def _reads_clock(node: ast.Call, name: str, owner: str) -> bool:
    last = owner.rpartition(".")[2]
    if name in {"now", "today", "utcnow"}:
        return last in {"timezone", "datetime", "date"}
    if name in {"localdate", "localtime"}:
        return not node.args and not node.keywords
    return name == "time" and last == "time"


def suppressions_without_reason(source: Source) -> list[str]:
    """Lines that switch a check off and do not say why."""
    return [
        f"{source.path}: {match.group().strip()}"
        for match in SUPPRESSION.finditer(source.text)
        if len(match["reason"].strip(" -#()")) < 5
    ]


def unsafe_markup(source: Source) -> list[str]:
    return [place(source, node) for node, name, _ in calls(source) if name in {"mark_safe", "SafeString"}]


def forgery_holes(source: Source) -> list[str]:
    named = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name | ast.Attribute))
    return [place(source, node) for node in named if _name(node) == "csrf_exempt"]


def receivers(source: Source) -> list[str]:
    """Signal receivers: effects that nobody sees at the place that causes them."""
    connected = [node for node, name, owner in calls(source) if name == "connect" and "_" in owner]
    decorated = [d for f in functions(source) for d in f.decorator_list if "receiver" in ast.unparse(d)]
    return [place(source, node) for node in (*connected, *decorated)]


def positional_services(source: Source) -> list[str]:
    """Services, the transactions of a service module, that can be called without naming the arguments."""
    return [place(source, f) for f in functions(source) if _is_transaction(f) and f.args.args]


def _is_transaction(function: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


def services_that_write_unasked(source: Source) -> list[str]:
    """Public services that record an event by somebody, without a gate that asks whether he may."""
    module = {f.name: f for f in source.tree.body if isinstance(f, ast.FunctionDef)}
    asked = {name for name, f in module.items() if any(_asks(called) for called in _called(f))}
    return [
        place(source, f)
        for name, f in module.items()
        if not name.startswith("_") and "record" in _called(f) and "actor" in _arguments(f)
        if name not in asked and not (_called(f) & asked)
    ]


def _asks(name: str) -> bool:
    return name == "advance" or name.lstrip("_").startswith("authorize")


def _called(function: ast.FunctionDef) -> set[str]:
    return {_name(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _arguments(function: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}


def in_layers(*layers: str) -> Iterable[Source]:
    return (source for source in room_sources() if source.layer in layers)


def found_by(rule, sources: Iterable[Source]) -> list[str]:
    return [where for source in sources for where in rule(source)]


def test_only_the_permission_table_knows_the_roles():
    elsewhere = [s for s in room_sources() if s.path not in ROLES_ARE_KNOWN_TO and not _makes_people(s)]

    found = found_by(role_comparisons, elsewhere)

    assert found == []


def _makes_people(source: Source) -> bool:
    """Commands that open the first accounts name roles without comparing any."""
    return "/management/" in source.path or "/demonstration" in source.path


def test_views_write_nothing_themselves():
    found = found_by(writes, in_layers("views"))

    assert found == []


def test_tasks_and_commands_write_nothing_themselves_either():
    found = found_by(writes, in_layers("tasks", "jobs"))

    assert found == []


def test_one_place_reads_the_clock():
    others = [source for source in room_sources() if source.path != CLOCK]

    found = found_by(readings_of_the_clock, others)

    assert found == []


def test_services_are_handed_the_time():
    asking = [s.path for s in in_layers(*HANDED_THE_TIME) if re.search(r"common(\.| import )clock", s.text)]

    assert asking == []


def test_services_take_their_arguments_by_name():
    found = found_by(positional_services, in_layers("services"))

    assert found == []


def test_every_service_that_leaves_a_trail_asks_whether_one_may():
    found = found_by(services_that_write_unasked, in_layers("services"))

    # Only one's own password is changed without a permission.
    assert [where.rpartition(":")[0] for where in found] == ["accounts/services/users.py"]


def test_no_markup_is_declared_safe():
    found = found_by(unsafe_markup, room_sources())

    assert found == []


def test_no_form_is_open_to_forgery():
    found = found_by(forgery_holes, room_sources())

    assert found == []


def test_there_are_no_signal_receivers():
    found = found_by(receivers, room_sources())

    assert found == []


def test_a_check_that_is_switched_off_says_why():
    found = found_by(suppressions_without_reason, all_sources())

    assert found == []


def test_no_file_is_named_after_nothing():
    found = [s.path for s in all_sources() if s.path.rpartition("/")[2] in TIMELESS_NAMES]

    assert found == []


def test_files_stay_short():
    long = {s.path: s.text.count("\n") for s in room_sources() if s.text.count("\n") > LONGEST_FILE}

    assert long == {}


def test_functions_stay_short():
    long = [place(s, f) for s in room_sources() for f in functions(s) if length(f) > LONGEST_FUNCTION]

    assert long == []


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (role_comparisons, "if Role.CLERK in user.roles: pass"),
        (role_comparisons, "if 'clerk' in request.user.roles: pass"),
        (writes, "Village.objects.create(name=name)"),
        (writes, "report.save()"),
        (writes, "reports.filter(pk=pk).update(status=status)"),
        (readings_of_the_clock, "now = timezone.now()"),
        (readings_of_the_clock, "today = datetime.date.today()"),
        (readings_of_the_clock, "today = localdate()"),
        (readings_of_the_clock, "at = models.DateTimeField(auto_now_add=True)"),
        (readings_of_the_clock, "seconds = time.time()"),
        (suppressions_without_reason, "x = 1  # no" + "qa: E501"),
        (suppressions_without_reason, "x = 1  # type: " + "ignore[misc]"),
        (unsafe_markup, "html = mark_safe(text)"),
        (forgery_holes, "@csrf_exempt\ndef view(request): pass"),
        (receivers, "post_save.connect(handler)"),
        (receivers, "@receiver(post_save)\ndef handler(**kwargs): pass"),
        (positional_services, "@transaction.atomic\ndef month_submit(report, *, actor): pass"),
        (services_that_write_unasked, "def submit(*, report, actor, now):\n    audit.record(actor=actor)"),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, text):
    found = rule(Source("room/services.py", text))

    assert len(found) >= 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (role_comparisons, "if allows(user, Permission.MONTH_EDIT): pass"),
        (writes, "context.update({'form': form})"),
        (readings_of_the_clock, "today = localdate(now)"),
        (suppressions_without_reason, "x = 1  # no" + "qa: E501 -- an address cannot be broken"),
        (positional_services, "@transaction.atomic\ndef month_submit(*, report, actor): pass"),
        (
            services_that_write_unasked,
            "def f(*, actor):\n    authorize(actor)\n    audit.record(actor=actor)",
        ),
    ],
)
def test_no_rule_finds_what_is_allowed(rule, text):
    found = rule(Source("room/services.py", text))

    assert found == []
