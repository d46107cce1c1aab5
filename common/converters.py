"""What may stand in an address: a village's code is twelve digits; nothing else reaches the database."""

from django.urls import register_converter


class VillageCodeConverter:
    """`<village:code>` in the urls.py of any app."""

    regex = "[0-9]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def register() -> None:
    """Make the converter known; called once, when the apps are ready and before any address is read."""
    register_converter(VillageCodeConverter, "village")
