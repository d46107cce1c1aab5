"""Write docs/workflow.md from the workflows' tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from assessments.diagrams import document


class Command(BaseCommand):
    help = "Draw every workflow from its table into docs/workflow.md."

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "workflow.md"
        page.write_text(document(), encoding="utf-8")
        self.stdout.write(f"写好了 {page.relative_to(settings.BASE_DIR)}。")
