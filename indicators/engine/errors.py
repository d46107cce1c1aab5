"""What goes wrong with a formula, said to the person who wrote it."""


class ExpressionError(Exception):
    """A formula that cannot be read or does not fit: a Chinese sentence and a 1-based position."""

    def __init__(self, message: str, position: int = 1) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return f"第 {self.position} 个字符：{self.message}"
