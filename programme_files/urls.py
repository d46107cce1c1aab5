from django.urls import path

from programme_files import views

app_name = "programme_files"

urlpatterns = [
    path("", views.programme_list, name="list"),
    path("<slug:code>/", views.programme_detail, name="detail"),
    path("<slug:code>/file/", views.programme_file, name="file"),
]
