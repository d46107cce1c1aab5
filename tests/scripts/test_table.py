from scripts.table import aligned


def test_columns_line_up_although_a_chinese_character_is_two_columns_wide():
    rows = [["角色", "用户名"], ["填报员", "clerk"], ["head", "乡镇"]]

    lines = aligned(rows).splitlines()

    assert lines == [
        "  角色    用户名",
        "  ------  ------",
        "  填报员  clerk",
        "  head    乡镇",
    ]
