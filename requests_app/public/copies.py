"""Public copies: rows as everybody may read them. Masked in memory, shown, and never saved."""

from requests_app.masking import mask
from requests_app.models import Post, Reply, ServiceRequest


def public_request(service_request: ServiceRequest) -> ServiceRequest:
    """Its place and its opening post, masked."""
    service_request.address = mask(service_request.address)
    service_request.opening_post = public_post(service_request.opening_post, language=service_request.language)
    return service_request


def public_post(post: Post, *, language: str = "") -> Post:
    """Its words and its author's name, masked; `language` where its network named none."""
    post.text = mask(post.text)
    post.author.display_name = mask(post.author.display_name)
    post.language = post.language or language
    return post


def public_reply(reply: Reply) -> Reply:
    """The town's own words, masked too: an answer may quote what it answers."""
    reply.text = mask(reply.text)
    return reply
