"""Puts our data-care site where Django's admin stood. Django reads this before any model."""

from django.contrib.admin.apps import AdminConfig


class DataCareConfig(AdminConfig):
    """Django's admin with the site of ``accounts.data_care``."""

    default_site = "accounts.data_care.DataCareSite"
