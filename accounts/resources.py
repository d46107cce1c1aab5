"""Import of reference tables: a row may neither come from nor end up outside the importer's division."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from import_export.resources import ModelResource

from accounts.models import User

OUTSIDE = "“{row}”不在您的管辖范围内，不能导入。"


class ScopedResource(ModelResource):
    """The base of every resource that is offered in the back office."""

    def after_init_instance(self, instance: Model, new: bool, row: Any, **kwargs: Any) -> None:
        """Look at the row as it stands in the database, before the workbook writes over it."""
        if not new:
            refuse_outside(instance, kwargs["user"])

    def before_save_instance(self, instance: Model, row: Any, **kwargs: Any) -> None:
        """Look at the row as it is going to be."""
        refuse_outside(instance, kwargs["user"])


def refuse_outside(instance: Model, user: User) -> None:
    """Raise ValidationError for a row of another division; rows that belong to no place are everybody's."""
    division = getattr(instance, "division_code", None)
    if division is not None and not user.reaches(division):
        raise ValidationError(OUTSIDE.format(row=instance))
