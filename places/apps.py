from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.nightly import NightlyWork, every_night
        from core.policy import register
        from places.policy import POLICY
        from places.search_index import index_missing

        register(POLICY)
        every_night(
            NightlyWork(
                name="search-texts",
                what="Write the search texts of places and events that have none.",
                run=lambda _now: {"written": index_missing()},
            )
        )
