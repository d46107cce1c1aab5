from django.urls import path

from programme_files.views import programmes, upload, versions

app_name = "programme_files"

urlpatterns = [
    path("", programmes.programme_list, name="list"),
    path("file/upload/", upload.upload, name="upload"),
    path("file/upload/confirm/", upload.confirm, name="confirm"),
    path("<slug:code>/", programmes.programme_detail, name="detail"),
    path("<slug:code>/file/", programmes.programme_file, name="file"),
    path("<slug:code>/versions/<int:number>/", versions.version_file, name="version"),
]
