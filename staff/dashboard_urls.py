"""The mayor's doors."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
