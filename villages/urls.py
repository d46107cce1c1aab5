from django.urls import path

from villages import views

app_name = "villages"

urlpatterns = [
    path("", views.village_list, name="list"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
    path("<village:code>/", views.village_detail, name="detail"),
    path("<village:code>/evidence/", views.evidence_list, name="evidence_list"),
    path("<village:code>/evidence/add/", views.evidence_add, name="evidence_add"),
    path("<village:code>/visits/", views.visit_list, name="visits"),
    path("<village:code>/visits/add/", views.visit_add, name="visit_add"),
]
