"""What residents write: as many different posts as wanted, in three languages, the same ones at every run."""

import random
from collections.abc import Iterator
from typing import Any

# A post: who is named, what is wrong, where, since when, and what is asked.
ACCOUNTS = ("alameda", "barrendera_alameda", "policia_alameda", "manto_alameda", "alcaldesa_alameda")
SHARES = (70, 8, 9, 10, 3)
LANGUAGES = ("es", "en", "fr")
LANGUAGE_SHARES = (70, 18, 12)
CITIZENS = 2000

STREETS = [
    "Olmo",
    "Encina",
    "Fuente Nueva",
    "Molino",
    "Horno",
    "Carmen",
    "San Roque",
    "Real",
    "Mayor",
    "Ancha",
    "Estrecha",
    "Cruz",
    "Parras",
    "Olivos",
    "Almendros",
    "Naranjos",
    "Granados",
    "Jazmines",
    "Azucenas",
    "Romero",
    "Tomillo",
    "Lavanda",
    "Cerezos",
    "Higueras",
    "Nogales",
    "Pinos",
    "Cipreses",
    "Acequia",
    "Noria",
    "Pozo",
    "Pilar",
    "Mercado",
    "Herradores",
    "Alfareros",
    "Tejedores",
    "Zapateros",
    "Panaderos",
    "Carpinteros",
    "Herreros",
    "Arrieros",
    "Labradores",
    "Pastores",
    "Vendimia",
    "Trilla",
    "Era Alta",
    "Era Baja",
    "Mirador",
    "Atalaya",
    "Castillo",
    "Muralla",
    "Puerta Norte",
    "Levante",
    "Poniente",
    "Mediodía",
    "Estación",
    "Escuelas",
    "Maestra Julia",
    "Doctor Rueda",
    "Poeta Lara",
    "Músico Vidal",
    "Pintora Salas",
    "Doce de Octubre",
    "Primero de Mayo",
    "Constitución",
    "Libertad",
    "Concordia",
    "Esperanza",
    "Alegría",
    "Soledad",
    "Buenavista",
]

TROUBLES = {
    "es": (
        "hay una farola fundida,la farola parpadea toda la noche,el contenedor está desbordado,hay bolsas de basura tiradas,"
        "alguien dejó un colchón y dos muebles,hay un bache enorme,la acera está levantada por las raíces,"
        "la fuente pierde agua,una arqueta sin tapa,el semáforo no funciona,hay coches en doble fila,"
        "aparcan en el paso de cebra,los vecinos hacen ruido de madrugada,hay pintadas nuevas en el muro,"
        "las hierbas llegan a la rodilla,una rama a punto de caer,huele fatal la alcantarilla,el banco está roto,"
        "el columpio del parque se ha soltado,hay perros sueltos sin correa,no han barrido las hojas,"
        "se ha caído una señal de tráfico,la papelera está quemada,sale agua marrón del grifo,hay ratas junto al colegio"
    ),
    "en": (
        "a street lamp is out,the bin is overflowing,somebody dumped a fridge and a sofa,there is a deep pothole,"
        "the pavement is broken,water is leaking from the fountain,the traffic light is not working,"
        "cars are double parked,the neighbours are loud at night,there is new graffiti,weeds everywhere,"
        "a branch is about to fall,the drain smells awful,the bench is broken,the swing came loose,stray dogs again,"
        "nobody swept the leaves,a road sign fell down,rats next to the school"
    ),
    "fr": (
        "un lampadaire est éteint,la poubelle déborde,quelqu'un a laissé un matelas,il y a un gros trou,"
        "le trottoir est cassé,la fontaine fuit,le feu tricolore ne marche plus,des voitures en double file,"
        "du bruit toute la nuit,des tags sur le mur,les mauvaises herbes envahissent tout,une branche va tomber,"
        "l'égout sent mauvais,le banc est cassé,des chiens sans laisse,des rats près de l'école"
    ),
}
PLACES = {
    "es": "en la calle {street} {number}|en la esquina de {street} con {other}|frente al número {number} de {street}|en {street}, junto a {other}|detrás del mercado, calle {street}",
    "en": "on {street} street {number}|at the corner of {street} and {other}|outside number {number}, {street}|on {street} near {other}",
    "fr": "rue {street}, au numéro {number}|au coin de {street} et {other}|devant le {number} rue {street}|près de {street}",
}
SINCES = {
    "es": "|desde hace {days} días|desde el lunes|llevamos {days} noches así|otra vez|y ya van {days} avisos|desde la tormenta|a plena vista de todos",
    "en": "|for {days} days now|since Monday|again|and nobody came in {days} days|since the storm",
    "fr": "|depuis {days} jours|depuis lundi|encore une fois|et personne ne vient depuis {days} jours",
}
WISHES = {
    "es": "|¿Podéis mirarlo?|Por favor, que alguien venga.|Gracias de antemano.|Es peligroso para los niños.|Mi madre casi se cae ayer.|¿Cuándo pensáis arreglarlo?|#alameda",
    "en": "|Could someone have a look?|Please fix it.|It is dangerous for children.|My mother nearly fell yesterday.",
    "fr": "|Pouvez-vous regarder ?|Merci d'avance.|C'est dangereux pour les enfants.|Ma mère a failli tomber hier.",
}
CHATTER = {
    "es": "Qué bonito ha quedado {street} este año|Buenos días a todos los vecinos de {street}|Jajaja, vaya partido ayer en {street}",
    "en": "What a lovely evening on {street}|Good morning from {street}, happy birthday to my neighbour",
    "fr": "Quelle belle soirée rue {street}|Bonjour à tous les voisins de {street}, bon anniversaire Lucie",
}
THANKS = {
    "es": "Muchas gracias, quedó perfecto en {street}|Gracias por venir tan rápido a {street}, sois los mejores",
    "en": "Thank you so much, {street} looks great|Thanks for coming so fast to {street}",
    "fr": "Merci beaucoup, {street} est impeccable|Merci d'être venus si vite rue {street}",
}
MORE = {
    "es": "Sigue igual, {days} días después|También pasa en {other} {number}|Ayer vino alguien a {street} y no hizo nada|Yo también lo he visto, cerca de {other}",
    "en": "Still the same {days} days later|It also happens on {other} {number}|I saw it too, near {other}",
    "fr": "Toujours pareil, {days} jours après|C'est pareil rue {other}, au {number}|Je l'ai vu aussi, près de {other}",
}


def posts(count: int, *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`count` orders for the sandbox's bulk door. A follow-up names by `answers` how many posts earlier it answers."""
    chance = random.Random(seed)  # noqa: S311 (the same town at every run, no secret)
    for number in range(count):
        language = chance.choices(LANGUAGES, LANGUAGE_SHARES)[0]
        author = chance.randrange(CITIZENS)
        dice = chance.random()
        if dice < 0.10 and number > 5:
            kind = THANKS if dice < 0.02 else MORE
            yield {
                "author": _handle(author),
                "text": _line(kind[language], chance),
                "answers": chance.randint(1, min(number, 50)),
            }
        else:
            account = chance.choices(ACCOUNTS, SHARES)[0]
            yield {"author": _handle(author), "text": f"@{account} {_opening(language, chance, dice=dice)}"}


def _opening(language: str, chance: random.Random, *, dice: float) -> str:
    if dice > 0.97:
        return _line(THANKS[language], chance)
    if dice > 0.92:
        return _line(CHATTER[language], chance)
    trouble = chance.choice(TROUBLES[language].split(","))
    pieces = (trouble, *(_line(part[language], chance) for part in (PLACES, SINCES)))
    sentence = " ".join(piece for piece in pieces if piece)
    return f"{sentence[0].upper()}{sentence[1:]}. {_line(WISHES[language], chance)}".strip()


def _line(lines: str, chance: random.Random) -> str:
    street, other = chance.sample(STREETS, 2)
    line = chance.choice(lines.split("|"))
    return line.format(street=street, other=other, number=chance.randrange(1, 120), days=chance.randrange(2, 30))


def _handle(author: int) -> str:
    return f"vecino_{author}"
