"""The page's few sentences, in the three languages of the town."""

from __future__ import annotations

from flask import request

LANGUAGES = ("es", "en", "fr")
SENTENCES: dict[str, tuple[str, str, str]] = {
    "name": ("Ensayo", "Rehearsal", "Répétition"),
    "what": (
        "Una red de ensayo: nada de lo que hay aquí sale de esta máquina.",
        "A rehearsal network: nothing here leaves this machine.",
        "Un réseau de répétition : rien de ce qui est ici ne quitte cette machine.",
    ),
    "more": (
        "Hace de X para probar Plaza sin molestar a nadie. Los vecinos son inventados; escribe como si fueras uno y mira cómo contesta el pueblo.",
        "It stands in for X, so that Plaza can be tried without bothering anyone. The residents are invented; write as one and watch the town answer.",
        "Il tient lieu de X, pour essayer Plaza sans déranger personne. Les habitants sont inventés ; écrivez comme l’un d’eux et voyez la mairie répondre.",
    ),
    "skip": ("Ir a lo que se dice", "Skip to the posts", "Aller aux messages"),
    "power_cut": ("Un apagón", "A power cut", "Une coupure de courant"),
    "scene_hint": (
        "Ocho vecinos lo cuentan a la vez, en tres lenguas. Mira la mesa y la ventana de la alcaldía.",
        "Eight residents tell it at once, in three languages. Look at the desk and the mayor’s window.",
        "Huit habitants le disent d’un coup, en trois langues. Regardez le bureau et le tableau de la mairie.",
    ),
    "timeline": ("Lo que se dice en Alameda", "What Alameda is saying", "Ce qui se dit à Alameda"),
    "everything": ("Todo", "Everything", "Tout"),
    "waiting": ("Sin respuesta", "Waiting", "En attente"),
    "answered": ("Con respuesta", "Answered", "Avec réponse"),
    "filter": ("Qué se ve", "What is shown", "Ce qui est affiché"),
    "write": ("Escribir como vecino", "Write as a resident", "Écrire comme habitant"),
    "who": ("Quién escribe", "Who writes", "Qui écrit"),
    "who_hint": (
        "Cualquier nombre vale. Con el de un compañero del ayuntamiento, es como si escribiera desde su móvil.",
        "Any name will do. With a colleague’s name, it is as if they wrote from their phone.",
        "N’importe quel nom convient. Avec celui d’un collègue de la mairie, c’est comme s’il écrivait depuis son téléphone.",
    ),
    "to": ("A quién", "To whom", "À qui"),
    "nobody": ("A nadie", "Nobody", "Personne"),
    "text": ("Qué dice", "What it says", "Le message"),
    "photo": ("Foto", "Photo", "Photo"),
    "optional": ("si quieres", "optional", "facultatif"),
    "publish": ("Publicar", "Post", "Publier"),
    "reply": ("Responder", "Reply", "Répondre"),
    "reply_to": ("Responder a %s", "Reply to %s", "Répondre à %s"),
    "in_reply": ("Responde a", "Replying to", "En réponse à"),
    "characters": ("caracteres de X", "of X’s characters", "caractères de X"),
    "long": ("post largo", "long post", "message long"),
    "thread": ("El hilo", "The thread", "Le fil"),
    "see_thread": ("Ver el hilo", "See the thread", "Voir le fil"),
    "see_all": ("Ver las %s respuestas", "See all %s replies", "Voir les %s réponses"),
    "back": ("Volver a todo", "Back to everything", "Revenir à tout"),
    "town": ("Ayuntamiento", "Town hall", "Mairie"),
    "cast": ("Quién contesta", "Who answers", "Qui répond"),
    "edited": ("editado", "edited", "modifié"),
    "quote": ("Cita a", "Quoting", "Cite"),
    "as_author": ("Como su autor", "As its author", "Comme son auteur"),
    "save": ("Guardar el cambio", "Save the change", "Enregistrer"),
    "delete": ("Borrar el post", "Delete the post", "Supprimer le message"),
    "older": ("Más antiguos", "Older", "Plus anciens"),
    "newest": ("Los más nuevos", "Newest", "Les plus récents"),
    "fresh": ("Hay posts nuevos", "New posts", "Nouveaux messages"),
    "reload": ("Actualizar", "Reload", "Actualiser"),
    "empty": (
        "Todavía no ha hablado nadie. Los vecinos empiezan enseguida, o empieza tú.",
        "Nobody has spoken yet. The residents will start shortly, or start yourself.",
        "Personne n’a encore parlé. Les habitants vont bientôt commencer, ou commencez vous-même.",
    ),
    "none_waiting": ("Nadie espera respuesta.", "Nobody is waiting for an answer.", "Personne n’attend de réponse."),
    "none_answered": (
        "El ayuntamiento no ha contestado aún.",
        "The town has not answered yet.",
        "La mairie n’a pas encore répondu.",
    ),
    "gone": ("Este post ya no existe.", "This post is gone.", "Ce message n’existe plus."),
    "needs_words": (
        "Escribe algo o pon una foto.",
        "Write something or add a photo.",
        "Écrivez quelque chose ou ajoutez une photo.",
    ),
    "needs_name": (
        "Ese nombre no sirve para una persona.",
        "That name cannot be a person’s.",
        "Ce nom ne peut pas être celui d’une personne.",
    ),
    "bad_photo": (
        "La foto debe ser JPEG, PNG, WebP o GIF, de 5 MB como mucho.",
        "The photo must be a JPEG, PNG, WebP or GIF of at most 5 MB.",
        "La photo doit être un JPEG, PNG, WebP ou GIF de 5 Mo au plus.",
    ),
    "consent": ("Permitir una aplicación", "Allow an application", "Autoriser une application"),
    "consent_asks": (
        "La aplicación «%s» pide hablar por una cuenta del pueblo. Si la permites, podrá:",
        "The application “%s” asks to speak for one of the town’s accounts. If you allow it, it can:",
        "L’application « %s » demande à parler pour un compte de la commune. Si vous l’autorisez, elle pourra :",
    ),
    "consent_who": ("Con qué cuenta entras", "Which account you sign in with", "Avec quel compte vous entrez"),
    "allow": ("Permitir", "Allow", "Autoriser"),
    "deny": ("Ahora no", "Not now", "Pas maintenant"),
    "no_consent": ("Esto no se puede permitir.", "This cannot be allowed.", "Cela ne peut pas être autorisé."),
    "no_consent_why": (
        "A la petición le falta algo, o lleva algo que no debe. Vuelve a la aplicación y empieza otra vez.",
        "Something is missing from the request, or does not belong in it. Go back to the application and begin again.",
        "Il manque quelque chose à la demande, ou il y a quelque chose de trop. Retournez à l’application et recommencez.",
    ),
    "scope_tweet.read": ("leer lo que se dice", "read what is said", "lire ce qui se dit"),
    "scope_tweet.write": ("publicar y borrar posts", "post and delete", "publier et supprimer"),
    "scope_users.read": ("saber quién eres", "know who you are", "savoir qui vous êtes"),
    "scope_offline.access": (
        "seguir entrando hasta que lo retires",
        "stay until you take it back",
        "rester jusqu’à ce que vous le retiriez",
    ),
    "scope_media.write": ("subir fotos", "upload photos", "envoyer des photos"),
    "now": ("ahora", "now", "à l’instant"),
    "minutes": ("hace %s min", "%s min ago", "il y a %s min"),
    "hours": ("hace %s h", "%s h ago", "il y a %s h"),
    "days": ("hace %s d", "%s d ago", "il y a %s j"),
    "role_alameda": ("Ayuntamiento", "Town hall", "Mairie"),
    "role_alcaldesa_alameda": ("Elena, alcaldesa", "Elena, mayor", "Elena, maire"),
    "role_barrendera_alameda": ("Carmen, limpieza", "Carmen, cleaning", "Carmen, propreté"),
    "role_policia_alameda": ("Teo, policía", "Teo, police", "Teo, police"),
    "role_manto_alameda": ("Antonio, mantenimiento", "Antonio, maintenance", "Antonio, entretien"),
}


def language() -> str:
    return request.accept_languages.best_match(LANGUAGES, default="es") or "es"


def say(sentence: str, value: object = None) -> str:
    words = SENTENCES[sentence][LANGUAGES.index(language())]
    return words if value is None else words % value


def ago(ms: int, *, now: int) -> str:
    minutes = max(now - ms, 0) // 60_000
    if minutes < 1:
        return say("now")
    if minutes < 60:
        return say("minutes", minutes)
    return say("hours", minutes // 60) if minutes < 48 * 60 else say("days", minutes // 1440)
