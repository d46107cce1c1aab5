from django.urls import path

from projects.views import detail, editing, library, measures

app_name = "projects"

urlpatterns = [
    path("", library.project_list, name="list"),
    path("export/", library.project_export, name="export"),
    path("measures/", measures.measure_list, name="measures"),
    path("new/", editing.project_create, name="create"),
    path("<int:pk>/", detail.project_detail, name="detail"),
    path("<int:pk>/edit/", editing.project_edit, name="edit"),
    path("<int:pk>/step/", detail.project_step, name="step"),
    path("<int:pk>/progress/", detail.progress_record, name="progress"),
    path("<int:pk>/movements/", detail.movement_book, name="book"),
    path("<int:pk>/movements/<int:movement_pk>/reverse/", editing.movement_reverse, name="reverse"),
]
