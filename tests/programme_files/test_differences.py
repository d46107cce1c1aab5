"""What a new file says differently."""

from programme_files.differences import ADDED, CHANGED, REMOVED, Difference, compare, count
from programme_files.in_words import sections_of
from programme_files.reading import read
from tests.programme_files.samples import LINGWU, SMALL, changed


def _differences(new: str, old: str = SMALL) -> dict[str, list[Difference]]:
    return {part.title: list(part.differences) for part in compare(read(old), read(new))}


def test_the_same_file_has_no_differences():
    assert _differences(LINGWU, LINGWU) == {}


def test_comments_are_no_difference():
    assert _differences(f"# 说明\n{SMALL}") == {}


def test_without_an_old_file_everything_is_added():
    parts = compare(None, read(LINGWU))

    assert count(parts, ADDED) > 150
    assert count(parts, CHANGED) == count(parts, REMOVED) == 0


def test_every_key_of_a_row_has_a_name_in_chinese():
    labels = {
        label for section in sections_of(read(LINGWU)) for entry in section.entries for label in entry.fields
    }

    assert {label for label in labels if label.isascii()} == set()


def test_a_changed_threshold_stands_old_beside_new():
    found = _differences(changed('threshold: "95"', 'threshold: "96"'))

    [difference] = found.pop("标准与目标")
    [line] = difference.lines
    assert (difference.word, difference.title) == (CHANGED, "A1 参保率")
    assert (line.label, line.old, line.new) == ("目标值", "95", "96")
    assert found == {}


def test_codes_are_said_in_words():
    found = _differences(changed('comparator: ">"', 'comparator: "<"'))

    [line] = found["标准与目标"][0].lines
    assert (line.label, line.old, line.new) == ("比较", "高于", "低于")


def test_a_row_that_is_left_out_is_removed_with_what_it_said():
    before, after = SMALL.split("- code: A3\n")
    without = before + after[after.index("measures:") :]

    [difference] = _differences(without)["标准与目标"]

    assert (difference.word, difference.title) == (REMOVED, "A3 村风文明")
    assert ("比较", "评审判定", "") in {(line.label, line.old, line.new) for line in difference.lines}


def test_another_order_of_standards_is_a_difference():
    head, first, rest = SMALL.partition("- code: A1\n")
    body, second, tail = rest.partition("- code: A2\n")
    other, third, end = tail.partition("- code: A3\n")

    [difference] = _differences(head + second + other + first + body + third + end)["标准与目标"]

    assert (difference.word, difference.title) == (CHANGED, "排列顺序")


def test_a_published_value_has_its_series_area_and_year():
    found = _differences(changed("year: 2024, value: 8,", "year: 2024, value: 8.5,"))

    [difference] = found["参照值"]
    assert difference.title.endswith("640122 2024 年")
    assert [(line.label, line.old, line.new) for line in difference.lines] == [("数值", "8", "8.5")]


def test_a_figure_written_with_more_zeros_is_the_same():
    assert _differences(changed("near: 1.5\n", "near: 1.50\n")) == {}


def test_a_year_that_the_file_does_not_say_is_left_as_it_is():
    silent = SMALL.replace(", target_year: 2024", "").replace(", target_year: 2025", "")

    assert silent != SMALL
    assert _differences(silent) == {}
