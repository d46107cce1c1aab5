"""What people were reminded of, so that nobody is told twice and somebody else is told once."""

from typing import ClassVar

from django.db import models

from accounts.models import Notice, User


class Digest(models.Model):
    """A person's latest digest (待办汇总): at most one a day; the one before is taken away unread."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="digest")
    day = models.DateField("日期")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "待办汇总"

    def __str__(self) -> str:
        return f"{self.user} {self.day}"


class Reminder(models.Model):
    """A thing that a person is reminded of (催办); it goes when the thing is done, and is escalated once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminders")
    url = models.CharField("链接", max_length=200)
    title = models.CharField("事项", max_length=200)
    due = models.DateField("期限")
    first_day = models.DateField("首次提醒")
    escalated_at = models.DateTimeField("上报时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering: ClassVar = ["due", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "url", "title"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.title}"
