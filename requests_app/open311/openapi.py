"""The description of the API for programs, drawn from the doors themselves."""

from drf_spectacular.views import SpectacularJSONAPIView, SpectacularYAMLAPIView

from requests_app.open311.doors import Door


class JsonDescription(SpectacularJSONAPIView):
    """Under the same limits as every other door."""

    throttle_classes = Door.throttle_classes
    metadata_class = None


class YamlDescription(SpectacularYAMLAPIView):
    throttle_classes = Door.throttle_classes
    metadata_class = None
