"""The detail of an audit event in words: what the trail keeps as JSON, as an auditor reads it."""

from collections.abc import Mapping
from typing import Any

EMPTY = "—"

# Keys that services put into the detail; one that is missing here is shown as it stands.
WORDS = {
    "action": "操作",
    "address": "网络地址",
    "after": "改为",
    "amount": "金额（万元）",
    "before": "原来",
    "changed": "改动",
    "changes": "改动",
    "code": "编号",
    "comment": "说明",
    "conditions": "筛选条件",
    "content": "建设内容",
    "counts": "条数",
    "created": "新增",
    "deadline": "期限",
    "department": "责任单位",
    "document_number": "文号或凭证号",
    "email": "电子邮箱",
    "fields": "栏目",
    "file": "文件",
    "is_active": "启用",
    "measure": "工作措施",
    "month": "月份",
    "movement": "款项编号",
    "name": "名称",
    "note": "说明",
    "object": "对象",
    "organisation": "单位",
    "person": "人员",
    "planned_end_date": "计划完工",
    "planned_start_date": "计划开工",
    "removed": "删去",
    "roles": "角色",
    "rows": "行数",
    "sha256": "摘要",
    "since": "从",
    "size": "大小（字节）",
    "source": "资金来源",
    "step": "步骤",
    "subject": "对象",
    "topic": "研究解决的问题",
    "totals": "行数",
    "until": "到",
    "username": "用户名",
    "values": "原值 → 新值",
    "version": "版本",
    "village": "村（社区）",
    "villages": "实施村（社区）",
    "visit_date": "调研日期",
    "year": "年份",
}


def detail_lines(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """One pair of label and text for every key."""
    return [(WORDS.get(key, key), in_words(value)) for key, value in detail.items()]


def in_words(value: Any) -> str:
    """A JSON value as a reader would write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(f"{label}：{text}" for label, text in detail_lines(value)) or EMPTY
    if isinstance(value, list | tuple):
        return "、".join(in_words(part) for part in value) or EMPTY
    return EMPTY if value in (None, "") else str(value)
