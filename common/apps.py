from django.apps import AppConfig

from common import converters


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公共部分"

    def ready(self) -> None:
        converters.register()
