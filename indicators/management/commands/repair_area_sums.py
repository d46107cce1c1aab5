"""Make the sums of areas say what the ledger says: after bulk loading, and after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand

from indicators.services.areas import areas_repair


class Command(BaseCommand):
    help = "按台账核对并修正各地区的汇总数"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"核对完毕，修正 {areas_repair()} 行。")
