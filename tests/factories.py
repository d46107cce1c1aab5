"""Minimal rows for tests: a county with one township, one village, a person per role. Nothing is random."""

from datetime import date
from decimal import Decimal

import factory

from accounts.models import Organisation, User
from indicators.models import DataElement, MonthlyReport, ProgrammeElement, ValidationRule
from projects.models import Measure, Project, ProjectFund
from villages.models import Enrolment, Programme, Village, VillageKind

PASSWORD = "demo-password-1"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("division_code", "name")

    name = "乡村振兴局"
    kind = Organisation.Kind.COUNTY_OFFICE
    division_code = "640181"


class TownshipFactory(OrganisationFactory):
    name = "郝家桥镇"
    kind = Organisation.Kind.TOWNSHIP
    division_code = "640181101"


class DepartmentFactory(OrganisationFactory):
    name = "医保局"
    kind = Organisation.Kind.DEPARTMENT


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = "张三"
    organisation = factory.SubFactory(OrganisationFactory)
    roles = factory.LazyFunction(lambda: ["bureau"])
    password = factory.django.Password(PASSWORD)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "lingwu"
    name = "灵武市移民致富提升示范村(社区)创建"
    title = "银川市移民致富提升示范村(社区)"
    division_code = "640181"
    source = "测试用方案"
    first_year = 2022
    last_year = 2025
    quota = factory.LazyFunction(lambda: {"2022": 1, "2023": 2, "2024": 1, "2025": 1})
    month_due_day = 20
    self_check_opens = "11-01"
    self_check_closes = "11-30"
    municipal_review_closes = "12-10"
    city_review_closes = "12-31"


class VillageKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VillageKind
        django_get_or_create = ("programme", "code")

    programme = factory.SubFactory(ProgrammeFactory)
    code = "eco"
    name = "生态移民村"


class VillageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Village
        django_get_or_create = ("code",)

    code = "640181101219"
    name = "泾灵南村"
    township_name = "郝家桥镇"


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment
        django_get_or_create = ("programme", "village")

    programme = factory.SubFactory(ProgrammeFactory)
    village = factory.SubFactory(VillageFactory)
    kind = factory.SubFactory(VillageKindFactory)
    target_year = 2025


class MeasureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measure
        django_get_or_create = ("programme", "number")

    programme = factory.SubFactory(ProgrammeFactory)
    number = 4
    section = "（二）发展产业，促进就业"
    name = "着力提升产业质量和效益"


class ProjectFactory(factory.django.DjangoModelFactory):
    """A project of 泾灵南村; with other `villages`, say their `division_code` too."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda n: f"2025-{n:03}")
    name = "泾灵南村二期大拱棚"
    content = "新建全钢架大拱棚 11 栋。"
    measure = factory.SubFactory(MeasureFactory)
    department = factory.SubFactory(DepartmentFactory, name="农业农村局")
    year = 2025
    planned_start_date = date(2025, 3, 1)
    planned_end_date = date(2025, 12, 31)
    division_code = "640181101219"

    @factory.post_generation
    def villages(self, create, villages):
        self.villages.set([VillageFactory()] if villages is None else villages)


class ProjectFundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProjectFund
        django_get_or_create = ("project", "source")

    project = factory.SubFactory(ProjectFactory)
    source = "central"
    budget = Decimal(100)


class DataElementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DataElement
        django_get_or_create = ("code",)

    code = "pension_insured"
    name = "基本养老保险参保人数"
    unit = "人"
    value_type = "integer"
    aggregation = "last"
    group = "社会保障"


class ProgrammeElementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgrammeElement
        django_get_or_create = ("programme", "element")

    programme = factory.SubFactory(ProgrammeFactory)
    element = factory.SubFactory(DataElementFactory)


class ValidationRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ValidationRule
        django_get_or_create = ("programme", "code")

    programme = factory.SubFactory(ProgrammeFactory)
    code = "pension-within-due"
    expression = "pension_insured <= pension_due"
    message = "参保人数（{pension_insured}）大于应参保人数（{pension_due}），请核对。"


class MonthlyReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MonthlyReport
        django_get_or_create = ("village", "month")

    village = factory.SubFactory(VillageFactory)
    month = date(2025, 10, 1)
