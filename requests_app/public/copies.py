"""Public copies: rows as everybody may read them. Masked in memory, shown, and never saved."""

from requests_app.discretion import public_language, public_words
from requests_app.masking import mask
from requests_app.models import Post, Precision, Reply, ServiceRequest
from requests_app.precision import public_place


def public_request(service_request: ServiceRequest, *, exactly: Precision) -> ServiceRequest:
    """Its place, as exactly as the town allows, and its opening post, masked."""
    address, point = public_place(service_request, exactly=exactly)
    service_request.address = address
    service_request.latitude, service_request.longitude = point or (None, None)
    service_request.opening_post = public_post(service_request.opening_post, language=service_request.language)
    return service_request


def public_post(post: Post, *, language: str = "") -> Post:
    """Its words and its author's name, masked, insults left out; `language` where its network named none."""
    post.text, post.language = public_words(post), public_language(post)
    post.author.display_name = mask(post.author.display_name)
    post.language = post.language or language
    return post


def public_reply(reply: Reply) -> Reply:
    """The town's own words, masked too: an answer may quote what it answers."""
    reply.text = mask(reply.text)
    return reply
