from django.apps import AppConfig


class ProgrammeFilesConfig(AppConfig):
    name = "programme_files"
    verbose_name = "方案文件"
