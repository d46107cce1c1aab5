"""manage.py demo_clock: the moment at which the demonstration's clock starts, in ISO format."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from dashboard.demo.loading import clock_start


class Command(BaseCommand):
    help = "给出演示时钟的起点：2025-11-12 09:00，或演示中最后一次操作的时间（如果更晚）。"

    def handle(self, **options: Any) -> None:
        self.stdout.write(localtime(clock_start()).isoformat())
