"""Organisations, users and the audit trail."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.timezone import localtime, make_aware

from accounts import audit_words
from common.divisions import Level, validate_division_code, within
from common.divisions import contains as division_contains

models.CharField.register_lookup(Length)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def within(self, division_code: str) -> Self:
        """Organisations whose own division lies in `division_code`."""
        return self.filter(within(division_code))

    def departments(self) -> Self:
        """Responsible departments: those that give opinions and answer for standards."""
        return self.filter(kind=Organisation.Kind.DEPARTMENT)


class Organisation(models.Model):
    """An office (单位): its kind says what it is for, its division code bounds what it sees."""

    class Kind(models.TextChoices):
        PREFECTURE_OFFICE = "prefecture_office", "市级农办（复审复验）"
        COUNTY_OFFICE = "county_office", "农办、乡村振兴局"
        DEPARTMENT = "department", "责任单位"
        TOWNSHIP = "township", "乡镇（街道）"

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    division_code = models.CharField("行政区划代码", max_length=12, validators=[validate_division_code])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering: ClassVar = ["division_code", "kind", "name"]
        indexes: ClassVar = [
            models.Index(
                fields=["division_code"], name="organisation_division", opclasses=["varchar_pattern_ops"]
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["division_code", "name"], name="organisation_name_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["prefecture_office", "county_office", "department", "township"],
                ),
                name="organisation_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="township") | Q(division_code__length=Level.TOWNSHIP),
                name="organisation_township_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """The roles of the domain; what each may do stands in permissions.GRANTS."""

    CLERK = "clerk", "填报员"
    HEAD = "head", "乡镇负责人"
    DEPARTMENT = "department", "责任单位"
    BUREAU = "bureau", "乡村振兴局/农办"
    CITY = "city", "市级复审"
    LEADER = "leader", "领导"
    ADMINISTRATOR = "administrator", "管理员"
    AUDITOR = "auditor", "审计/纪检"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator (`manage.py createsuperuser`), who then opens the other accounts."""
        fields.setdefault("roles", [Role.ADMINISTRATOR])
        return self.create_user(username, password, **fields)


class User(AbstractBaseUser):
    """A person with one organisation and any number of roles; acts only inside its division."""

    username = models.CharField("用户名", max_length=40, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField("姓名", max_length=40)
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="users"
    )
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name="角色", default=list, blank=True
    )
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name", "organisation"]

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(roles__contained_by=Role.values), name="user_roles_known"),
            # Who keeps the accounts does no business: otherwise one person could grant and act.
            models.CheckConstraint(
                condition=~Q(roles__contains=["administrator"]) | Q(roles__len=1),
                name="user_administrator_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def division_code(self) -> str:
        """The division this person may see and act in: that of the organisation."""
        return self.organisation.division_code

    @property
    def role_labels(self) -> str:
        """The person's roles in words, for the page frame."""
        return "、".join(Role(role).label for role in self.roles)

    def reaches(self, division_code: str) -> bool:
        """Say whether `division_code` lies inside this person's division."""
        return division_contains(self.division_code, division_code)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions open nothing: accounts.permissions is the only table."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions open nothing: accounts.permissions is the only table."""
        return False


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> Self:
        """Events inside the user's division, and those of no place (failed logins of unknown names).

        Who may open the page at all is a matter of permission.
        """
        return self.filter(within(user.division_code) | Q(division_code=""))

    def matching(
        self,
        *,
        person: str = "",
        action: str = "",
        subject: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Self:
        """Events by a person (name or user name), an operation, a subject, from one day to another."""
        found = self
        if person:
            found = found.filter(Q(actor__name__icontains=person) | Q(actor__username__icontains=person))
        if action:
            found = found.filter(action__icontains=action)
        if subject:
            found = found.filter(subject_label__icontains=subject)
        if since:
            found = found.filter(at__gte=_midnight(since))
        if until:
            found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
        return found

    def for_list(self) -> Self:
        """Newest first, with what a list row prints."""
        return self.select_related("actor", "actor__organisation").order_by("-at", "-pk")

    def at_place(self, division_code: str) -> Self:
        """What happened to one place, newest first: the history on its page."""
        return self.filter(division_code=division_code).for_list()

    def about(self, subject: models.Model) -> Self:
        """The trail of one row."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class AuditEvent(models.Model):
    """Who did what when: one row per write, never changed and never deleted (a trigger refuses both)."""

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        User, verbose_name="人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField("操作", max_length=60)
    subject_type = models.CharField("对象类别", max_length=60)
    subject_id = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    division_code = models.CharField("行政区划代码", max_length=12, blank=True)
    detail = models.JSONField("内容", default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["division_code"], name="audit_division", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{localtime(self.at):%Y-%m-%d %H:%M} {self.action} {self.subject_label}"

    @property
    def detail_lines(self) -> list[tuple[str, str]]:
        """The detail as pairs of label and text, for the page."""
        return audit_words.detail_lines(self.detail)


class TransitionStep(models.Model):
    """One step of one row through its workflow; each workflow has its own table of steps."""

    name = models.CharField("步骤", max_length=30)
    from_status = models.CharField("原状态", max_length=30, blank=True)
    to_status = models.CharField("新状态", max_length=30)
    by = models.ForeignKey(User, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("办理时间")
    comment = models.TextField("说明", blank=True)
    deadline = models.DateField("期限", null=True, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["at", "pk"]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: User) -> Self:
        """What `user` was told."""
        return self.filter(user=user)

    def unread(self) -> Self:
        """Notices that were not looked at yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A sentence for one person (消息): something of theirs changed, and where to look at it."""

    user = models.ForeignKey(User, verbose_name="收件人", on_delete=models.CASCADE, related_name="notices")
    text = models.CharField("内容", max_length=300)
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.text
