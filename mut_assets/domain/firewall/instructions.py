"""Sentences that tell an assistant what to do, in Spanish, English and Portuguese.

What belongs here: how such a sentence is worded, on folded text. What does not: other kinds (`firewall.py`). Each
pattern needs two things together, such as a verb and whose instructions it is about: classes, plays, workshops and
house rules have either. What stands between two words is bounded, so that a text costs what its length does.
"""

import re
from collections.abc import Iterator

_TO = r"\W+(?:\w+\W+)"
_INSTRUCTIONS = (
    r"(?:instruc\w+|indicacion\w*|ordenes|reglas|regras|directri\w+|directivas?|lineamientos|restriccion\w*|prompts?|"
    r"rules|guidelines|directions|directives|polic(?:y|ies)|mensajes?|messages?|contexto?)"
)
_QUALIFIED = (
    rf"(?:{_INSTRUCTIONS}{_TO}{{0,2}}?(?:anterior\w*|previ[ao]s?|iniciales|originales|internas|del sistema|de arriba|"
    r"(?:que )?(?:te|le) (?:dieron|dio|han dado|entregaron)|(?:que )?recibiste|de seguridad)"
    rf"|(?:previous|prior|above|earlier|preceding|system|initial|original|hidden|safety|content){_TO}{{0,2}}?"
    rf"{_INSTRUCTIONS}"
    rf"|(?:tus|tu|your|suas|seu)\W+(?:\w+\W+)?{_INSTRUCTIONS}"
    rf"|{_INSTRUCTIONS}\W+(?:above|before))(?!\W+(?:al?|del|de la|to the|of the)\b)"
)
_DROP = (
    r"(?<!no )(?<!que )\b(?:ignor(?:a|e|ar|en|ad|es|ing)|olvid(?:a|e|ar|en|ate)|descart(?:a|e|ar)|desestim(?:a|e|ar)|"
    r"desobede(?:ce|zca)|salta(?:te)?|omite|omita|anul(?:a|e)|desactiv(?:a|e)|esqueca|desconsidere|disregard|forget|"
    r"override|bypass|no hagas caso|no (?:sigas|obedezcas|consideres|tomes en cuenta)|deja de (?:lado|seguir)|"
    r"nao siga|do not follow|don.t follow|stop following|do not obey)"
)
_MODEL = (
    r"(?:asistente virtual|assistente virtual|modelos? de lenguaje|modelos? de ia|chatbots?|inteligencia artificial|"
    r"(?:una |la |las )?ias?|llms?|ai models?|ai assistants?|language models?|ai|bot|chatgpt|gpt|claude)"
)
_ASSISTANT = rf"(?:asistente|assistente|assistant|modelo|model|{_MODEL})"
_SPEAK = (
    r"(?:responde\w*|responda|contesta\w*|di|diga|decir|dile|recomienda\w*|recomendar|recomende|menciona\w*|nunca|"
    r"siempre|ofrece\w*|ocultar?|prioriza\w*|incluye|agrega|obedece|answer|respond|reply|say|tell|recommend|always|"
    r"never|rank|append|mention|hide|califica|olvida\w*|ignora\w*|ignore|manda)"
)
_MUST = r"(?:debes?|deberas?|tienes que|tiene que|deve|must|should|shall|have to|has to)"
_PEOPLE = r"(?:usuari[oa]s?|visitantes?|clientes?|users?|visitors?|customers?)"
_OTHERS = (
    r"(?:otr[oa]s (?:\w+ )?(?:tiendas?|locales|restaurantes?|marcas?|cafeterias?)|(?:a )?la competencia|competidor\w*|"
    r"los (?:otros|demas) locales|los locales del|outras lojas|other (?:\w+ )?(?:shops?|stores?|restaurants?|brands?)|"
    r"competitors?|estas? instruc\w+|this (?:text|note|instruction)|these instructions|este (?:texto|mensaje))"
)
_SECRETS = (
    r"(?:(?:prompt|mensaje|message|instruc\w+) (?:del?|do) sistema|system (?:prompt|message|instructions?)|"
    r"(?:instruc\w+|reglas|rules) (?:internas|ocultas|secretas|iniciales|originales|que te dieron|que recibiste)|"
    r"(?:tus|your|suas) (?:\w+ )?(?:instruc\w+|reglas|rules|prompt)|hidden (?:rules|instructions)|"
    r"(?:clave|llave) (?:de )?api|api key|text above|texto anterior|the password|la contrasena)"
)
_REVEAL = (
    r"\b(?:revela|revele|muestra(?:me)?|imprime|repite|copia|escribe|dime|entrega|filtra|transcribe|publica|reveal|"
    r"print|repeat|show|output|leak|give out|mostre)\b"
)

_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DROP}\b{_TO}{{0,8}}?{_QUALIFIED}",
        r"\b(?:disregard|ignore|forget) (?:everything|all|anything|the) (?:of )?(?:the )?(?:above|you were told)",
        r"\b(?:olvida|ignora|descarta) (?:todo )?lo (?:que (?:te|le) (?:dijeron|ordenaron|indicaron)|anterior y)",
        rf"\b(?:como|as)(?: an?| un| una)? {_ASSISTANT}(?: \w+)?\W+(?:\w+ )?{_MUST}\W+(?:\w+ )?{_SPEAK}\b",
        rf"\b(?:como|as)(?: an?| un| una)? {_MODEL}\W+(?:\w+ )?(?:{_MUST}|{_SPEAK})\b",
        rf"\b{_MODEL} (?:\w+ )?{_MUST}\W+(?:\w+ )?{_SPEAK}\b",
        rf"\b(?:the|el) assist\w+ {_MUST}\W+(?:\w+ )?{_SPEAK}\b",
        rf"\b{_ASSISTANT}\s*[,:]\s*(?:\w+\W+){{0,4}}?{_SPEAK}\b",
        rf"\b(?:oye|hey|ya po|atencion),? {_ASSISTANT}\b",
        rf"\b(?:nota|aviso|mensaje|parrafo|texto|instruccion|note|message|notice)\W+(?:es |solo )?(?:para|to|for) "
        rf"(?:el |la |los |las |any |all |the )?{_MODEL}\b",
        rf"\b(?:si eres|if you are)(?: una?| an?)? {_ASSISTANT}\b",
        r"\b(?:a partir de (?:ahora|agora)|desde ahora|from now on|ahora|agora)\W+"
        r"(?:(?:you are|eres|voce e)\W+(?:un|una|"
        rf"el|um|uma|an?|the)\W+(?:{_ASSISTANT}|vendedor|vendedora|promotor|seller)|actua como si no|solo hablas|"
        r"solo responde|answer (?:every|all)|respond|always|ignor|no sigues|responde (?:solo|a todo|siempre))",
        rf"\beres (?:ahora )?(?:el|un|una) (?:{_ASSISTANT}|vendedor\w*) (?:de|y|sin)\b",
        r"\byou are (?:now )?(?:dan\b|an? (?:\w+ )?(?:ai|model|assistant|chatbot)\b)",
        r"\b(?:actua|act|pretend)\b\W+(?:\w+\W+){0,4}(?:sin restriccion\w*|no tuvieras|without restrictions|"
        r"administrator|administrador|developer)",
        r"\b(?:activa el modo|entra en modo|modo) (?:desarrollador|dan|sin filtros)\W+(?:y|activado)",
        r"\b(?:developer|god|dan) mode (?:enabled|on|activated)",
        r"\b(?:contesta|responde|respond|answer|reply) (?:sin|without) (?:any )?(?:filtro|filter|restric)",
        rf"\b(?:al|a los|a las|ao) {_PEOPLE} (?:que \w+ )?(?:dile|diles|dale|respondele|recomiendale|pidele)",
        rf"\b(?:dile|diles|diga|di|decir|tell) (?:al?|ao|a los|a todo|the|all|every)? ?{_PEOPLE} (?:que|that|to)\b",
        rf"\b(?:si|cuando|cada vez que|if|when|whenever)\W+(?:te |le |un |una |el |alguien |an? |the |any |some)*"
        rf"(?:{_PEOPLE} |te |one )?(?:preguntan?|pregunten?|consulten?|consulta|asks?)\W+(?:\w+\W+){{1,8}}?"
        r"(?:responde que (?:solo|no|la|el|los)|contesta que|di que|dile|no menciones|recomienda|always|"
        r"recommend|say that)",
        rf"\b(?:no|nunca|nao|do not|don.t|never) (?:menciones|mencione|recomiendes|recomende|nombres|hables de|mention|"
        rf"recommend|speak of|reveles|reveal)\W+(?:\w+\W+){{0,3}}?{_OTHERS}",
        r"\bno menciones a (?:la competencia|otr)",
        rf"{_REVEAL}{_TO}{{0,6}}?{_SECRETS}",
        r"\b(?:incluye|incluya|agrega|anade|inserta|pon|include|add|append|insert)\b\W+(?:\w+\W+){0,8}?"
        r"(?:(?:en|a|al final de) (?:todas )?(?:tus|cada|cada una de tus) respuestas?|(?:to|in|into) "
        r"(?:each|every|all|your)(?: of your)? (?:reply|replies|answers?|responses?))",
        r"\b(?:al|when|while) (?:resumir|resumas|summari[sz]ing|responder sobre|citar)\b\W+(?:\w+\W+){1,6}?"
        r"(?:incluye|agrega|menciona|di|omite|add|include|say|mention)\b",
        r"\b(?:instruccion|orden|mensaje)(?:es)? del sistema\s*:|\bsystem (?:override|instruction|message)\s*:",
        r"\bresponde a (?:cualquier|toda|todas las) (?:pregunta|consulta)s? que\b",
        rf"\b(?:no|nao|never|do not) .{{0,20}}{_INSTRUCTIONS}.{{0,10}}(?:al|ao|to the) (?:usuario|user)\b",
    )
)
_SPACED = re.compile(
    r"(?:ignor|olvid|desestim|disregard|forget|esquec)[a-z]{0,20}(?:instruc|indicacion|regla|rules|prompt|anterior|prev)"
)


def told_in(text: str) -> Iterator[tuple[int, int]]:
    """Where a folded text tells an assistant what to do, each as (start, end)."""
    for sentence in _SENTENCES:
        if match := sentence.search(text):
            yield match.span()


def is_spelt_by(letters: str) -> bool:
    """Whether letters that stood apart spell such a sentence."""
    return bool(_SPACED.search(letters))
