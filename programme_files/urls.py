from django.urls import URLPattern

app_name = "programme_files"

urlpatterns: list[URLPattern] = []
