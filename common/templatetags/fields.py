"""Form controls as the components draw them: one class per kind of control, help and errors tied to it."""

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
)
from django.http import QueryDict
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the control of a field with its class; Django adds aria-invalid and aria-describedby."""
    widget = field.field.widget
    known = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{known} {_control_class(field)}".strip()})


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Tell fields of several radio buttons or check boxes, which need a fieldset and a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Tell a single check box, whose label stands after it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def narrows(form: BaseForm, query: QueryDict) -> bool:
    """Tell whether the address carries a condition of this form, not merely a page number."""
    return any(query.get(form[name].html_name) for name in form.fields)


def _control_class(field: BoundField) -> str:
    if is_choice_group(field):
        return ""
    if is_checkbox(field):
        return "form-check-input"
    if isinstance(field.field.widget, Select):
        return "form-select"
    return "form-control file-control" if isinstance(field.field.widget, FileInput) else "form-control"
