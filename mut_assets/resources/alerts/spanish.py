"""Every failure code in Spanish, for the alerts: they go to people in Chile, the messages are English.

What belongs here: one pair of sentences per code, what happened and what to do, true of every situation that the code
stands for. What does not: which item it was (the English message follows in the alert), or sending (`alerts/sns.py`).
"""

import re
from typing import NamedTuple


class Notice(NamedTuple):
    """What happened and what to do, each in sentences that end in a full stop."""

    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.what} {self.advice}"


_CODE = re.compile(r"MUT-[A-Z0-9]+-\d{3}\b")
_LATER = "Ya se reintentó; repítelo más tarde y, si sigue,"
_RERUN = "repite solo lo que falló."


def in_spanish(message: str) -> Notice:
    """The explanation of the first code that a message holds; `UNEXPECTED` for a message without one."""
    found = _CODE.search(message)
    return IN_SPANISH.get(found.group(), UNEXPECTED) if found else UNEXPECTED


UNEXPECTED = Notice(
    "Falló algo sin causa conocida: murió un proceso, venció el plazo de la ejecución, o el programa tiene un defecto.",
    "Mira el registro de la ejecución; si se repite, avisa a quien mantiene el código.",
)

_FAQ_FILE = "Guárdalo como CSV en UTF-8 con las columnas pregunta, respuesta y categoria_completa, y súbelo de nuevo."

IN_SPANISH: dict[str, Notice] = {
    "MUT-ENV-001": Notice(
        "Una variable de configuración tiene un valor que no sirve.", "Corrígela como dice el mensaje y reinicia."
    ),
    # --- the site
    "MUT-WP-001": Notice(
        "WordPress tiene cerrada su API REST.", "Abre /wp-json/wp/v2 para lectura en el plugin que la cierra."
    ),
    "MUT-WP-002": Notice(
        "Un cortafuegos delante del sitio rechaza a la plataforma.",
        "Pide que dejen pasar a esta máquina, o al agente mut-assets, hacia /wp-json/.",
    ),
    "MUT-WP-003": Notice(
        "El sitio respondió con una página web en vez de datos: un desafío para robots, un inicio de sesión u otra "
        "dirección.",
        "Pide una excepción para el agente mut-assets, o corrige API_BASE_URL.",
    ),
    "MUT-WP-004": Notice(
        "Un aviso de PHP o un plugin ensucia las respuestas del sitio.",
        "Apaga WP_DEBUG_DISPLAY en el sitio; su registro de PHP dice qué plugin es.",
    ),
    "MUT-WP-005": Notice(
        "El sitio no conoce ese tipo de contenido.",
        "Revisa que esté registrado con show_in_rest y que API_BASE_URL termine en /wp-json/wp/v2.",
    ),
    "MUT-WP-006": Notice("En esa dirección no hay una API de WordPress.", "Corrige API_BASE_URL."),
    "MUT-WP-007": Notice(
        "El certificado del sitio no sirve.", "Renueva el certificado, o corrige el esquema y el puerto."
    ),
    "MUT-WP-008": Notice(
        "Una respuesta del sitio es demasiado grande.", "Averigua qué está enviando el sitio; no es normal."
    ),
    "MUT-WP-009": Notice(
        "El sitio anuncia muchas más páginas de lo razonable.", "Revisa si alguien lo llenó de contenido."
    ),
    "MUT-WP-010": Notice(
        "El sitio redirige a otra dirección, o en círculos.", "Si se mudó, corrige API_BASE_URL; si no, su redirección."
    ),
    "MUT-WP-011": Notice(
        "El sitio rechazó la consulta.", "Ábrela con curl; suele ser un plugin que cambia la API, o un proxy."
    ),
    "MUT-WP-012": Notice(
        "El sitio no dice cuántos elementos tiene, y sin eso no se sabe si llegaron todos.",
        "Haz que el proxy o la caché deje pasar los encabezados X-WP-Total.",
    ),
    "MUT-WP-013": Notice(
        "Un elemento del sitio viene sin su número.", "Busca el plugin que cambia las respuestas de la API."
    ),
    "MUT-WP-014": Notice(
        "El sitio responde sin los campos personalizados.",
        "Revisa que Advanced Custom Fields esté activo y con «Show in REST API» encendido.",
    ),
    "MUT-WP-101": Notice(
        "El nombre del sitio no se encuentra en la red.", f"{_LATER} revisa API_BASE_URL y el DNS de la máquina."
    ),
    "MUT-WP-102": Notice("El sitio, o el proxy, no acepta la conexión.", f"{_LATER} revisa que el sitio esté arriba."),
    "MUT-WP-103": Notice(
        "El sitio no respondió a tiempo.", f"{_LATER} el sitio está lento o un cortafuegos corta el paso."
    ),
    "MUT-WP-104": Notice("La conexión con el sitio se cortó.", f"{_LATER} revisa el servidor y lo que tiene delante."),
    "MUT-WP-105": Notice(
        "Una respuesta del sitio llegó cortada o ilegible.", f"{_LATER} busca una caché o un proxy que la altere."
    ),
    "MUT-WP-106": Notice("WordPress falló por dentro.", f"{_LATER} el registro de PHP del sitio dice por qué."),
    "MUT-WP-107": Notice(
        "El sitio está en mantención o sobrecargado.",
        f"{_LATER} mira si una actualización quedó a medias (archivo .maintenance).",
    ),
    "MUT-WP-108": Notice(
        "Falló el servidor que está delante de WordPress.", f"{_LATER} pregunta a quien aloja el sitio."
    ),
    "MUT-WP-109": Notice(
        "El sitio dice que recibe demasiadas consultas.", f"{_LATER} baja API_CONCURRENCY, o pide que suban el límite."
    ),
    "MUT-WP-110": Notice(
        "El contenido del sitio cambió mientras se leía, tres veces seguidas.",
        f"{_LATER} un plugin esconde elementos o una caché ignora los parámetros.",
    ),
    "MUT-SITE-001": Notice(
        "El sitio de muestra no trae sus datos.", "Instala mut_assets de nuevo, o pon API_BASE_URL."
    ),
    "MUT-SITE-101": Notice(
        "El sitio de muestra no pudo abrir un puerto en esta máquina.",
        f"{_LATER} revisa los archivos abiertos y la red local de la máquina.",
    ),
    # --- the FAQ
    "MUT-FAQ-001": Notice(
        "El archivo de preguntas frecuentes es demasiado grande.", "Revisa qué archivo se subió con ese nombre."
    ),
    "MUT-FAQ-002": Notice("El archivo de preguntas frecuentes está vacío.", _FAQ_FILE),
    "MUT-FAQ-003": Notice(
        "El archivo de preguntas frecuentes es una planilla o un comprimido con nombre .csv.", _FAQ_FILE
    ),
    "MUT-FAQ-004": Notice("El archivo de preguntas frecuentes tiene caracteres que no se pueden leer.", _FAQ_FILE),
    "MUT-FAQ-005": Notice(
        "Al archivo de preguntas frecuentes le falta una columna, o tiene una repetida.",
        "La primera línea debe nombrar pregunta;respuesta;categoria_completa.",
    ),
    "MUT-FAQ-006": Notice(
        "Una fila de las preguntas frecuentes tiene una comilla que no calza.",
        "Cierra las comillas de esa fila; una comilla dentro del texto se escribe dos veces.",
    ),
    # --- tables and the bucket
    "MUT-DATA-001": Notice(
        "Una tabla no pasó sus reglas y no se guardó; sigue en uso la anterior.",
        "Corrige los datos en su origen y materializa de nuevo esa tabla.",
    ),
    "MUT-DATA-005": Notice(
        "No se puede leer una tabla guardada.",
        "Recupérala de las versiones del bucket, o bórrala: se usará la anterior.",
    ),
    "MUT-DATA-006": Notice(
        "Una tabla no se pudo guardar tal como era.", "Es un defecto del programa: avisa a quien mantiene el código."
    ),
    "MUT-S3-001": Notice(
        "El bucket no existe, o es de otra cuenta o región.", "Créalo, o corrige S3_BUCKET_NAME y la región."
    ),
    "MUT-S3-002": Notice(
        "El bucket negó el acceso.", "Revisa las credenciales y los permisos del rol sobre ese bucket."
    ),
    "MUT-S3-003": Notice(
        "Las credenciales vencieron mientras se usaba el bucket.",
        f"Inicia sesión de nuevo (aws sso login), o revisa el rol; después {_RERUN}",
    ),
    "MUT-S3-004": Notice("El bucket está en otra región.", "Pon en AWS_REGION la región del bucket."),
    "MUT-S3-101": Notice("No se pudo usar el bucket.", f"{_LATER} revisa la red, la región y el espacio en disco."),
    "MUT-S3-102": Notice(
        "Lo recién escrito en el bucket no quedó como se escribió: otro escribe ahí, o se perdió una escritura.",
        f"{_LATER} busca quién más escribe bajo ese prefijo.",
    ),
    "MUT-LEASE-101": Notice(
        "Otra ejecución está escribiendo y no termina.", "Mira qué hace; cuando termine, repite esta."
    ),
    "MUT-LEASE-102": Notice(
        "Se perdió el turno para escribir: la máquina se durmió, o no alcanzó el bucket.",
        "No se escribió nada más; repite lo que falló, y sigue donde quedó.",
    ),
    # --- publishing and requests
    "MUT-PUB-001": Notice("No hay ningún plan rechazado con ese identificador.", "Usa el que muestra `mut status`."),
    "MUT-PUB-002": Notice(
        "El plan ya no calza: lo publicado cambió desde que se hizo.", "Corre daily_refresh y mira el plan nuevo."
    ),
    "MUT-PUB-003": Notice(
        "Una colección no se publicó y conserva sus documentos anteriores; las demás sí salieron.",
        "Si el cambio es de verdad, apruébalo con `mut approve`; si no, corrige la fuente.",
    ),
    "MUT-PUB-004": Notice(
        "La fecha para volver atrás no es la de una tabla.", "Usa una como 20261120_030000 (UTC), de vectorial/."
    ),
    "MUT-PUB-005": Notice("No hay tablas tan antiguas.", "Usa la fecha de la más antigua, o una posterior."),
    "MUT-RUN-001": Notice(
        "Esa ejecución no existe o no falló.", "Copia el identificador de la página Runs de la interfaz."
    ),
    "MUT-RUN-002": Notice("No hay ninguna ejecución fallida.", "Para empezar una noche: `mut run`."),
    "MUT-RUN-003": Notice(
        "Ese comando pregunta al índice local, y aquí responde Bedrock.",
        "Pregunta en la consola de Bedrock, o usa MUT_ENVIRONMENT=local.",
    ),
    # --- golden questions
    "MUT-EVAL-001": Notice(
        "El archivo de preguntas de oro no está donde dice GOLDEN_QUESTIONS.", "Corrige GOLDEN_QUESTIONS, o súbelo."
    ),
    "MUT-EVAL-002": Notice(
        "El archivo de preguntas de oro no se puede leer como tabla.",
        "Guárdalo como CSV en UTF-8 con las columnas que nombra el mensaje, y súbelo de nuevo.",
    ),
    "MUT-EVAL-003": Notice(
        "Hay filas de las preguntas de oro que no sirven.", "Corrige cada una como dice el mensaje."
    ),
    "MUT-EVAL-004": Notice(
        "No hay preguntas de oro sobre este sitio.", "Escribe un archivo con ellas y ponlo en GOLDEN_QUESTIONS."
    ),
    "MUT-EVAL-005": Notice("Todavía no hay documentos publicados.", "Corre `make run` primero."),
    "MUT-EVAL-006": Notice(
        "Lo publicado se sirve, pero las preguntas no encuentran lo que deberían.",
        "El mensaje nombra las preguntas y los documentos: corrige sus textos, o acepta las respuestas nuevas con "
        "`mut evaluate --served --accept`.",
    ),
    # --- any AWS service
    "MUT-AWS-001": Notice("AWS negó el permiso.", f"Agrega al rol el permiso que nombra el mensaje; después {_RERUN}"),
    "MUT-AWS-002": Notice(
        "No hay credenciales de AWS que sirvan.", "Dale un rol a la tarea, pon AWS_PROFILE o inicia sesión."
    ),
    "MUT-AWS-003": Notice(
        "Las credenciales de AWS vencieron.",
        f"Inicia sesión de nuevo (aws sso login), o revisa el rol; después {_RERUN}",
    ),
    "MUT-AWS-004": Notice(
        "En esta cuenta y región no existe eso que se buscó.", "Revisa el identificador, la cuenta y la región."
    ),
    "MUT-AWS-005": Notice(
        "AWS rechazó la petición por inválida.", "Revisa los identificadores y nombres de la configuración."
    ),
    "MUT-AWS-006": Notice("Falta la región de AWS, o no es una.", "Pon AWS_REGION."),
    "MUT-AWS-007": Notice("Esa región de AWS no existe.", "Corrige AWS_REGION."),
    "MUT-AWS-008": Notice("AWS no acepta las credenciales.", "Revisa la clave, el perfil y la hora de la máquina."),
    "MUT-AWS-101": Notice(
        "AWS pide ir más lento, también después de varios intentos.", f"{_LATER} revisa las cuotas de la cuenta."
    ),
    "MUT-AWS-102": Notice(
        "No se pudo llegar a AWS, o no respondió.",
        f"{_LATER} revisa la red, el proxy y la región. Nada se hace dos veces.",
    ),
    "MUT-AWS-103": Notice("Un servicio de AWS falló.", f"{_LATER} mira https://health.aws.amazon.com."),
    "MUT-AWS-104": Notice(
        "AWS está ocupado con otra cosa sobre lo mismo.", f"{_LATER} mira en la consola qué está corriendo."
    ),
    "MUT-AWS-105": Notice(
        "Se agotó una cuota de la cuenta de AWS.", f"{_LATER} mira Service Quotas y qué más está corriendo."
    ),
    "MUT-AWS-106": Notice(
        "Respondió algo que no es AWS.", f"{_LATER} busca un proxy o una página de inicio de sesión en la red."
    ),
    # --- the embedded index
    "MUT-KB-001": Notice(
        "El índice local está dañado.", "Bórralo, con sus archivos -wal y -shm; se rehace desde el bucket."
    ),
    "MUT-KB-002": Notice(
        "El archivo del índice local es de otro programa.", "Muévelo, o cambia MUT_HOME; el índice se rehace."
    ),
    "MUT-KB-003": Notice(
        "El índice local no se puede usar.", "Revisa que su carpeta exista, se pueda escribir y tenga espacio."
    ),
    "MUT-KB-004": Notice("Este Python no trae búsqueda de texto.", "Usa uno cuyo SQLite tenga FTS5."),
    "MUT-KB-005": Notice("La pregunta está vacía.", "Escribe una."),
    "MUT-KB-006": Notice("Todavía no hay documentos.", "Corre `make run` primero."),
    "MUT-KB-101": Notice("Otro proceso ocupa el índice local.", f"{_LATER} termina la otra ejecución."),
    # --- the knowledge base
    "MUT-KB-010": Notice(
        "Algunos documentos publicados no se pudieron ingerir; los demás sí se responden.",
        "Corrige los que nombra el mensaje, o sácalos de la carpeta.",
    ),
    "MUT-KB-020": Notice(
        "La base de conocimiento es de un tipo que no sirve.", "Crea una de tipo VECTOR y pon KNOWLEDGE_BASE_ID."
    ),
    "MUT-KB-021": Notice("La base de conocimiento no está activa.", "Repárala en la consola de Bedrock, o usa otra."),
    "MUT-KB-022": Notice(
        "Dos fuentes de datos leen la misma carpeta: cada documento se respondería dos veces.",
        "Deja una por carpeta y borra las demás.",
    ),
    "MUT-KB-023": Notice(
        "Ninguna fuente de datos lee lo que se publica.",
        "Compara S3_BUCKET_NAME y S3_DATASET_PREFIX con las fuentes, o créalas con los comandos de docs/aws.md.",
    ),
    "MUT-KB-024": Notice(
        "Bedrock lee de S3, y se publica en otra parte.", "Pon en S3_BUCKET_NAME el bucket que leen sus fuentes."
    ),
    "MUT-KB-025": Notice(
        "Falló el trabajo de ingesta; se sigue respondiendo con lo anterior.",
        f"Mira el historial de sincronización de la fuente; corregida la causa, {_RERUN}",
    ),
    "MUT-KB-026": Notice(
        "Alguien detuvo el trabajo de ingesta.", "Materializa bedrock_kb_ingestion cuando deba correr."
    ),
    "MUT-KB-027": Notice(
        "El trabajo de ingesta no terminó a tiempo y se detuvo.",
        "Materializa bedrock_kb_ingestion de nuevo; si se repite, mira https://health.aws.amazon.com.",
    ),
    "MUT-KB-028": Notice(
        "El trabajo de ingesta terminó sin ver ningún documento.",
        "Compara el prefijo de la fuente con el bucket, y el rol de la base de conocimiento con deploy/iam.",
    ),
    "MUT-KB-029": Notice(
        "El trabajo de ingesta contó otra cantidad de documentos que la publicada.",
        "Materializa bedrock_kb_ingestion de nuevo; si se repite, compara el rol con deploy/iam.",
    ),
    "MUT-KB-120": Notice(
        "Alguien está cambiando la base de conocimiento.", f"{_LATER} mírala en la consola de Bedrock."
    ),
    "MUT-KB-121": Notice(
        "La ingesta terminó, pero todavía no se responde con todo lo publicado.",
        f"{_LATER} mira el estado de los documentos que nombra el mensaje.",
    ),
    "MUT-KB-122": Notice(
        "No se pudo empezar la ingesta: siempre había otra corriendo.",
        f"{_LATER} busca quién la lanza, como la sincronización antigua, y apágala.",
    ),
    "MUT-KB-123": Notice(
        "Una ingesta que lanzó otro no termina, y solo corre una a la vez.",
        f"{_LATER} detenla con el comando del mensaje.",
    ),
    # --- the secret, embeddings, Pinecone
    "MUT-SEC-001": Notice(
        "No existe el secreto con la clave de Pinecone.", "Créalo, o corrige PINECONE_SECRET_ID o la región."
    ),
    "MUT-SEC-002": Notice(
        "No hay permiso para leer el secreto de Pinecone.", "Agrega al rol secretsmanager:GetSecretValue."
    ),
    "MUT-SEC-003": Notice("El secreto de Pinecone no es JSON.", 'Guárdalo como {"apiKey": "…"}.'),
    "MUT-SEC-004": Notice("Al secreto de Pinecone le falta apiKey.", 'Guárdalo como {"apiKey": "…"}.'),
    "MUT-SEC-005": Notice("La clave de Pinecone está vacía, o no es una.", "Guarda la clave sola, sin nada más."),
    "MUT-SEC-006": Notice("El secreto de Pinecone está por borrarse.", "Restáuralo con el comando del mensaje."),
    "MUT-EMB-001": Notice(
        "No hay acceso al modelo que hace los vectores.", "Habilítalo en la consola de Bedrock y en el rol."
    ),
    "MUT-EMB-002": Notice("Un texto es demasiado largo para el modelo.", "Acórtalo en su origen."),
    "MUT-EMB-003": Notice(
        "El modelo no dio un vector del largo esperado.", "Pon en EMBEDDING_MODEL_ID un Titan Text Embeddings V2."
    ),
    "MUT-EMB-004": Notice("Un documento está vacío y no puede tener vector.", "Corrígelo en su origen."),
    "MUT-PC-001": Notice("Pinecone no acepta la clave.", f"Pon una clave válida del proyecto; después {_RERUN}"),
    "MUT-PC-002": Notice(
        "La clave de Pinecone no tiene permiso, o se agotó el plan.", "Revisa sus roles, las cuotas y el pago."
    ),
    "MUT-PC-003": Notice("Ese índice de Pinecone no existe.", "Corrige PINECONE_INDEX o la clave, o créalo."),
    "MUT-PC-004": Notice(
        "El índice de Pinecone es de otra dimensión que los vectores.",
        "Usa otro índice en PINECONE_INDEX, o un modelo de esa dimensión.",
    ),
    "MUT-PC-005": Notice("El índice de Pinecone no es de vectores densos.", "Usa otro en PINECONE_INDEX."),
    "MUT-PC-006": Notice(
        "Ese espacio de Pinecone es el de la propia base de conocimiento; no se escribió nada.",
        "Pon otro nombre en PINECONE_NAMESPACE, como mut-assets.",
    ),
    "MUT-PC-007": Notice(
        "Hay vectores que Pinecone no aceptaría; no se escribió nada.", "Corrige esos documentos en su origen."
    ),
    "MUT-PC-008": Notice(
        "Pinecone rechazó una parte de los vectores; los demás quedaron.",
        "Corrige lo que rechaza; al repetir se escriben solo esos.",
    ),
    "MUT-PC-009": Notice("Pinecone rechazó la petición.", "Revisa PINECONE_INDEX, PINECONE_NAMESPACE y PINECONE_HOST."),
    "MUT-PC-010": Notice(
        "La clave de Pinecone viajaría sin cifrar; no se envió.", "Revisa PINECONE_HOST, que normalmente no se pone."
    ),
    "MUT-PC-011": Notice(
        "Lo que respondió en lugar de Pinecone no se entiende.", "Revisa PINECONE_HOST y los proxies."
    ),
    "MUT-PC-012": Notice(
        "El índice de Pinecone está fuera de servicio.", "Míralo en su consola, o usa otro; los vectores se rehacen."
    ),
    "MUT-PC-101": Notice("El índice de Pinecone todavía no está listo.", f"{_LATER} míralo en la consola de Pinecone."),
    "MUT-PC-102": Notice("Pinecone pide ir más lento.", f"{_LATER} revisa los límites del proyecto."),
    "MUT-PC-103": Notice("Pinecone falló.", f"{_LATER} mira https://status.pinecone.io."),
    "MUT-PC-104": Notice("Pinecone no responde.", f"{_LATER} revisa la red, el proxy y PINECONE_HOST."),
    "MUT-PC-105": Notice(
        "Lo escrito en Pinecone todavía no se ve; no se borró nada antiguo.",
        f"{_LATER} mira https://status.pinecone.io.",
    ),
    "MUT-PC-106": Notice(
        "Una parte de los vectores no se escribió; los demás quedaron.",
        f"{_LATER} mira los límites del proyecto y https://status.pinecone.io.",
    ),
    # --- the agent
    "MUT-AGENT-001": Notice("El agente se está borrando.", "Quita AGENT_ID, o pon el de otro."),
    "MUT-AGENT-002": Notice(
        "No se pudo preparar el agente; la base de conocimiento sí está al día.",
        "Sigue lo que recomienda el servicio en el mensaje.",
    ),
    "MUT-AGENT-003": Notice(
        "AWS ya no deja preparar agentes en esta cuenta.", "Quita AGENT_ID; si el agente se usa, habla con AWS Support."
    ),
    "MUT-AGENT-101": Notice(
        "El agente no terminó de prepararse a tiempo.", f"{_LATER} míralo en la consola de Bedrock."
    ),
    "MUT-AGENT-102": Notice("Alguien está cambiando el agente.", f"{_LATER} averigua quién, en la consola de Bedrock."),
}
"""Code -> explanation, of every code of the platform and of no other."""
