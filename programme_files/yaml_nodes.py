"""From text to YAML nodes with their lines, or a Chinese sentence about the first thing that is not YAML.

Anchors and aliases are refused: a file of a few lines could unfold into gigabytes.
"""

from collections.abc import Iterable

import yaml

from programme_files.problems import Problem, ProgrammeFileError

Loader = type[yaml.SafeLoader]

# A PyYAML that was built without libyaml has only the slow one.
QUICK: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SLOW: Loader = yaml.SafeLoader

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12

# What PyYAML says, and what that usually means to somebody who edits a list by hand.
SENTENCES = {
    "mapping values are not allowed": "这里不能再出现“键: 值”。请检查缩进，或给含冒号的文字加上引号。",
    "found character '\\t'": "不能用制表符缩进，请改用空格。",
    "could not find expected ':'": "缺少半角冒号，或冒号后面没有空格。",
    "expected ',' or ']'": "方括号里的列表没有写完，或缺少逗号。",
    "expected ',' or '}'": "花括号里的内容没有写完，或缺少逗号。",
    "found unexpected end of stream": "引号没有闭合。",
    "expected <block end>, but found '<scalar>'": "缩进不整齐，或引号后面还有内容（整段要再加一层引号）。",
    "expected <block end>, but found ','": "引号后面还有内容（整段要再加一层引号）。",
    "while scanning an alias": "以 * 开头的内容要加引号；引号后面还有内容的，整段要再加一层引号。",
    "expected <block end>": "缩进不整齐，或列表前少了“- ”。",
    "while scanning a block scalar": "以 > 开头的内容要加引号。",
    "found character '%'": "以 % 开头的内容要加引号。",
    "expected a single document": "一个文件只能有一份方案，请去掉“---”后面的内容。",
    "special characters are not allowed": "含有不能使用的控制字符。",
}


def decode(content: bytes) -> str:
    """Return the text of a file, or raise ProgrammeFileError if it is too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        raise _refusal(0, f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不像是方案文件。")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refusal(line, "文件不是 UTF-8 编码，请另存为 UTF-8。") from error


def compose(text: str) -> yaml.Node:
    """Return the root node of the one document in `text`, or raise ProgrammeFileError."""
    if len(text) > MAX_BYTES:
        raise _refusal(0, f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不像是方案文件。")
    try:
        root = _compose(text, QUICK)
    except yaml.YAMLError:
        root = _compose_or_say(text)
    if root is None:
        raise _refusal(0, "文件是空的。")
    return root


def _compose_or_say(text: str) -> yaml.Node | None:
    """Read with the slow reader, whose complaints SENTENCES knows."""
    try:
        return _compose(text, SLOW)
    except yaml.MarkedYAMLError as error:
        raise _refusal(_line(error), _sentence(f"{error.context} {error.problem}")) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(line, SENTENCES["special characters are not allowed"]) from error


def _compose(text: str, loader: Loader) -> yaml.Node | None:
    _refuse_traps(yaml.parse(text, Loader=loader))
    return yaml.compose(text, Loader=loader)


def _refuse_traps(events: Iterable[yaml.Event]) -> None:
    depth = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refusal(line, "不能使用锚点和引用（& 和 *）。")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _refusal(line, "括号或缩进的层次太多。")


def _line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 0


def _sentence(problem: str) -> str:
    for said, sentence in SENTENCES.items():
        if said in problem:
            return sentence
    return "不是正确的 YAML 写法。"


def _refusal(line: int, message: str) -> ProgrammeFileError:
    return ProgrammeFileError([Problem(line, "", message)])
