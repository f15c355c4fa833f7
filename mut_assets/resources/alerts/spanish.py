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
    code = _CODE.search(message)
    return IN_SPANISH.get(code.group(), UNEXPECTED) if code else UNEXPECTED


UNEXPECTED = Notice(
    "Falló algo sin causa conocida: murió un proceso, venció el plazo de la ejecución, o el programa tiene un defecto.",
    "Mira el registro de la ejecución; si se repite, avisa a quien mantiene el código.",
)

_FAQ_FILE = "Guárdalo como CSV en UTF-8 con las columnas pregunta, respuesta y categoria_completa, y súbelo de nuevo."

# CODE what happened -> what to do; an indented line continues the one above.
_TABLE = f"""
MUT-ENV-001 Una variable de configuración tiene un valor que no sirve. -> Corrígela como dice el mensaje y reinicia.

MUT-WP-001 WordPress tiene cerrada su API REST. -> Abre /wp-json/wp/v2 para lectura en el plugin que la cierra.
MUT-WP-002 Un cortafuegos delante del sitio rechaza a la plataforma.
    -> Pide que dejen pasar a esta máquina, o al agente mut-assets, hacia /wp-json/.
MUT-WP-003 El sitio respondió con una página web en vez de datos: un desafío para robots, un inicio de sesión u otra
    dirección.
    -> Pide una excepción para el agente mut-assets, o corrige API_BASE_URL.
MUT-WP-004 Un aviso de PHP o un plugin ensucia las respuestas del sitio.
    -> Apaga WP_DEBUG_DISPLAY en el sitio; su registro de PHP dice qué plugin es.
MUT-WP-005 El sitio no conoce ese tipo de contenido.
    -> Revisa que esté registrado con show_in_rest y que API_BASE_URL termine en /wp-json/wp/v2.
MUT-WP-006 En esa dirección no hay una API de WordPress. -> Corrige API_BASE_URL.
MUT-WP-007 El certificado del sitio no sirve. -> Renueva el certificado, o corrige el esquema y el puerto.
MUT-WP-008 Una respuesta del sitio es demasiado grande. -> Averigua qué está enviando el sitio; no es normal.
MUT-WP-009 El sitio anuncia muchas más páginas de lo razonable. -> Revisa si alguien lo llenó de contenido.
MUT-WP-010 El sitio redirige a otra dirección, o en círculos.
    -> Si se mudó, corrige API_BASE_URL; si no, su redirección.
MUT-WP-011 El sitio rechazó la consulta. -> Ábrela con curl; suele ser un plugin que cambia la API, o un proxy.
MUT-WP-012 El sitio no dice cuántos elementos tiene, y sin eso no se sabe si llegaron todos.
    -> Haz que el proxy o la caché deje pasar los encabezados X-WP-Total.
MUT-WP-013 Un elemento del sitio viene sin su número. -> Busca el plugin que cambia las respuestas de la API.
MUT-WP-014 El sitio responde sin los campos personalizados.
    -> Revisa que Advanced Custom Fields esté activo y con «Show in REST API» encendido.
MUT-WP-018 El sitio estuvo tan lento que la colección no se terminó de leer en su tiempo, contando los reintentos.
    -> Lo publicado queda como estaba. Si sigue lento, revisa el servidor, o dale más tiempo con API_COLLECTION_SECONDS.
MUT-WP-019 Una respuesta del sitio ocuparía demasiada memoria.
    -> Busca en el sitio un campo con miles de entradas; suele ser un plugin o una importación que salió mal.
MUT-WP-020 Todo lo que envía el sitio de esa colección, junto, ocupa demasiada memoria.
    -> Revisa si alguien lo llenó de contenido, o de páginas larguísimas.
MUT-WP-101 El nombre del sitio no se encuentra en la red. -> {_LATER} revisa API_BASE_URL y el DNS de la máquina.
MUT-WP-102 El sitio, o el proxy, no acepta la conexión. -> {_LATER} revisa que el sitio esté arriba.
MUT-WP-103 El sitio no respondió a tiempo. -> {_LATER} el sitio está lento o un cortafuegos corta el paso.
MUT-WP-104 La conexión con el sitio se cortó. -> {_LATER} revisa el servidor y lo que tiene delante.
MUT-WP-105 Una respuesta del sitio llegó cortada o ilegible. -> {_LATER} busca una caché o un proxy que la altere.
MUT-WP-106 WordPress falló por dentro. -> {_LATER} el registro de PHP del sitio dice por qué.
MUT-WP-107 El sitio está en mantención o sobrecargado.
    -> {_LATER} mira si una actualización quedó a medias (archivo .maintenance).
MUT-WP-108 Falló el servidor que está delante de WordPress. -> {_LATER} pregunta a quien aloja el sitio.
MUT-WP-109 El sitio dice que recibe demasiadas consultas. -> {_LATER} baja API_CONCURRENCY, o pide que suban el límite.
MUT-WP-110 El contenido del sitio cambió mientras se leía, tres veces seguidas.
    -> {_LATER} un plugin esconde elementos o una caché ignora los parámetros.
MUT-WP-111 La lista del sitio no nombra páginas que el sitio muestra a quien pregunta por ellas: no está completa.
    -> {_LATER} vacía las cachés del sitio y busca un plugin que acorte las listas.
MUT-WP-114 El sitio no terminó de responder a tiempo.
    -> {_LATER} está lento el sitio, o lo que tiene delante; API_REQUEST_SECONDS le da más tiempo.

MUT-SITE-001 El sitio de muestra no trae sus datos. -> Instala mut_assets de nuevo, o pon API_BASE_URL.
MUT-SITE-101 El sitio de muestra no pudo abrir un puerto en esta máquina.
    -> {_LATER} revisa los archivos abiertos y la red local de la máquina.

MUT-FAQ-001 El archivo de preguntas frecuentes es demasiado grande. -> Revisa qué archivo se subió con ese nombre.
MUT-FAQ-002 El archivo de preguntas frecuentes está vacío. -> {_FAQ_FILE}
MUT-FAQ-003 El archivo de preguntas frecuentes es una planilla o un comprimido con nombre .csv. -> {_FAQ_FILE}
MUT-FAQ-004 El archivo de preguntas frecuentes tiene caracteres que no se pueden leer. -> {_FAQ_FILE}
MUT-FAQ-005 Al archivo de preguntas frecuentes le falta una columna, o tiene una repetida.
    -> La primera línea debe nombrar pregunta;respuesta;categoria_completa.
MUT-FAQ-006 Una fila de las preguntas frecuentes tiene una comilla que no calza.
    -> Cierra las comillas de esa fila; una comilla dentro del texto se escribe dos veces.
MUT-FAQ-007 Hay dos archivos de preguntas frecuentes, y no se sabe cuál vale.
    -> Deja el que se edita ahora, y quita el otro.

MUT-DATA-001 Una tabla no pasó sus reglas y no se guardó; sigue en uso la anterior.
    -> Corrige los datos en su origen y materializa de nuevo esa tabla.
MUT-DATA-005 No se puede leer una tabla guardada. No se borró nada, y la noche siguiente escribe una nueva.
    -> Para publicar antes, materializa de nuevo esa tabla, o recupérala de las versiones del bucket.
MUT-DATA-006 Una tabla no se pudo guardar tal como era. -> Es un defecto del programa: avisa a quien mantiene el código.
MUT-DATA-007 Una tabla guardada tiene algo que no se entiende: quizás alguien la editó a mano.
    -> No se borró nada. Materializa de nuevo esa tabla, o recupérala de las versiones del bucket.
MUT-DATA-008 Una tabla guardada no es la que se escribió: la cortaron, o alguien la editó a mano.
    -> No se borró nada. Materializa de nuevo esa tabla, o recupérala de las versiones del bucket.
MUT-DATA-009 El sitio ya no envía un campo, o lo envía de otra forma, y una tabla perdería lo que dice.
    -> Lo publicado queda. Devuelve al campo su nombre en el sitio, o pide que se lea el nuevo; si ya no hace falta,
    apruébalo con mut approve.
MUT-DATA-020 El reloj de esta máquina está atrasado: la tabla recién guardada parece más vieja que la anterior.
    -> Pon el reloj en hora y repite la noche. No se publicó nada de la tabla más vieja.

MUT-S3-001 El bucket no existe, o es de otra cuenta o región. -> Créalo, o corrige S3_BUCKET_NAME y la región.
MUT-S3-002 El bucket negó el acceso. -> Revisa las credenciales y los permisos del rol sobre ese bucket.
MUT-S3-003 Las credenciales vencieron mientras se usaba el bucket.
    -> Inicia sesión de nuevo (aws sso login), o revisa el rol; después {_RERUN}
MUT-S3-004 El bucket está en otra región. -> Pon en AWS_REGION la región del bucket.
MUT-S3-005 No se puede usar la llave con que se cifra el bucket. -> Actívala, o ponle otra al bucket.
MUT-S3-006 El bucket rechazó la petición, y la rechazará de nuevo.
    -> Arregla lo que dice el mensaje: una cuota, la configuración del bucket, un filtro en el camino.
MUT-S3-007 El bucket no respeta las escrituras condicionales: dos ejecuciones podrían escribir a la vez.
    -> Usa un bucket cuyo servicio respete If-None-Match, como S3.
MUT-S3-101 No se pudo usar el bucket. -> {_LATER} revisa la red, la región y el espacio en disco.
MUT-S3-102 Lo recién escrito en el bucket no quedó como se escribió: otro escribe ahí, o se perdió una escritura.
    -> {_LATER} busca quién más escribe bajo ese prefijo.
MUT-S3-103 No quedaba nombre libre para guardar una tabla. -> {_LATER} busca quién más escribe ahí.

MUT-LEASE-101 Otra ejecución está escribiendo y no termina. -> Mira qué hace; cuando termine, repite esta.
MUT-LEASE-102 Se perdió el turno para escribir: la máquina se durmió, o no alcanzó el bucket.
    -> No se escribió nada más; repite lo que falló, y sigue donde quedó.

MUT-PUB-001 No hay ningún plan rechazado con ese identificador. -> Usa el que muestra `mut status`.
MUT-PUB-002 El plan ya no calza: lo publicado cambió desde que se hizo. -> Corre daily_refresh y mira el plan nuevo.
MUT-PUB-003 Una colección no se publicó, o no entera, y conserva sus documentos anteriores; las demás sí salieron.
    -> Si el cambio es de verdad, apruébalo con `mut approve`; si no, corrige la fuente.
MUT-PUB-004 Eso no es el nombre de una noche. -> Míralas con `mut nights`; también sirve la fecha de una tabla.
MUT-PUB-005 No hubo ninguna noche tan antigua. -> Usa la más antigua que muestra `mut nights`, o una posterior.
MUT-PUB-020 Se pidieron dos cosas a la vez a una publicación, o una a medias. -> Pide una, y después la otra.
MUT-PUB-021 Esa noche no tiene tablas de lo que se pide. -> Mira con `mut nights` qué tenía cada una.
MUT-PUB-022 Lo que se iba a publicar ya no es lo que se mostró. No se publicó nada.
    -> Pídelo de nuevo y mira lo que muestra.
MUT-PUB-030 No hay ninguna colección con ese nombre. -> Usa uno de los que dice el mensaje.
MUT-PUB-031 No hay nada detenido que soltar. -> Mira con `mut status` qué está detenido.
MUT-PUB-032 El plan es de tablas más nuevas, y esa colección está detenida en otra noche. -> Primero, `mut release`.
MUT-PUB-033 La tabla de la noche en que una colección está detenida ya no se puede publicar; lo publicado sigue igual.
    -> Con `mut release` sale la más nueva; con `mut rollback`, la de otra noche.

MUT-RUN-001 Esa ejecución no existe, no falló, o ese identificador no alcanza para saber cuál es.
    -> Copia el identificador de la página Runs de la interfaz.
MUT-RUN-002 No queda ninguna ejecución fallida por repetir. -> Para empezar una noche: `mut run`.
MUT-RUN-003 Ese comando pregunta al índice local, y aquí responde Bedrock.
    -> Pregunta en la consola de Bedrock, o usa MUT_ENVIRONMENT=local.
MUT-RUN-010 La ejecución pasó su parte del tiempo de una noche y se detuvo sola. Lo publicado sigue igual.
    -> Mira con `mut doctor` qué demora, o sube MUT_RUN_TIMEOUT_MINUTES; después repítela.
MUT-RUN-011 No hay una terminal donde preguntar si de verdad se quiere publicar eso.
    -> Lee lo que haría y, si está bien, repite el comando con --yes.
MUT-RUN-012 Ese puerto no se puede usar. -> Usa el `mut dev` que ya corre, o elige otro puerto con --port.
MUT-RUN-013 Ya hay un `mut dev` con esa carpeta. -> Usa ese, o termínalo primero.
MUT-RUN-014 Ya corre un daemon de Dagster con esa carpeta: dos harían todo dos veces.
    -> Termínalo primero, o abre solo la interfaz.
MUT-RUN-015 Todavía no hay una tabla de esa colección. -> Corre `mut run`, o materializa la tabla.
MUT-RUN-016 No se puede escribir ese archivo: ya existe, o no hay carpeta, permiso o espacio.
    -> Pon otro nombre con --output.

MUT-HOME-001 El disco de la máquina está lleno.
    -> Haz espacio, o pon MUT_HOME en otro disco, y repite: sigue donde quedó.
MUT-HOME-002 No se puede usar una carpeta de la plataforma. -> Da permiso de escritura, o pon MUT_HOME en otra carpeta.
MUT-HOME-003 Dagster no puede abrir su carpeta. -> Corrige su dagster.yaml, o aparta la carpeta dañada: se hace otra.

MUT-STATE-001 Una versión más nueva del programa escribió un registro bajo state/, y esta no lo entiende.
    -> Usa esa versión o una posterior. No se cambió nada.
MUT-STATE-002 Un registro bajo state/ está dañado. -> No hay que borrar nada; si hace falta lo que decía, restáuralo de
    las versiones del bucket.

MUT-EVAL-001 El archivo de preguntas de oro no está donde dice GOLDEN_QUESTIONS. -> Corrige GOLDEN_QUESTIONS, o súbelo.
MUT-EVAL-002 El archivo de preguntas de oro no se puede leer como tabla.
    -> Guárdalo como CSV en UTF-8 con las columnas que nombra el mensaje, y súbelo de nuevo.
MUT-EVAL-003 Hay filas de las preguntas de oro que no sirven. -> Corrige cada una como dice el mensaje.
MUT-EVAL-004 No hay preguntas de oro sobre este sitio. -> Escribe un archivo con ellas y ponlo en GOLDEN_QUESTIONS.
MUT-EVAL-005 Todavía no hay documentos publicados. -> Corre `make run` primero.
MUT-EVAL-006 Lo publicado se sirve, pero las preguntas no encuentran lo que deberían.
    -> El mensaje nombra las preguntas y los documentos: corrige sus textos, o acepta las respuestas nuevas con `mut
    evaluate --served --accept`.

MUT-AWS-001 AWS negó el permiso. -> Agrega al rol el permiso que nombra el mensaje; después {_RERUN}
MUT-AWS-002 No hay credenciales de AWS que sirvan. -> Dale un rol a la tarea, pon AWS_PROFILE o inicia sesión.
MUT-AWS-003 Las credenciales de AWS vencieron.
    -> Inicia sesión de nuevo (aws sso login), o revisa el rol; después {_RERUN}
MUT-AWS-004 En esta cuenta y región no existe eso que se buscó. -> Revisa el identificador, la cuenta y la región.
MUT-AWS-005 AWS rechazó la petición por inválida. -> Revisa los identificadores y nombres de la configuración.
MUT-AWS-006 Falta la región de AWS, o no es una. -> Pon AWS_REGION.
MUT-AWS-007 Esa región de AWS no existe. -> Corrige AWS_REGION.
MUT-AWS-008 AWS no acepta las credenciales. -> Revisa la clave, el perfil y la hora de la máquina.
MUT-AWS-009 No se confía en el certificado de AWS, o de lo que hay en el camino.
    -> Si un proxy o la empresa firma certificados, pon en AWS_CA_BUNDLE el archivo con los suyos.
MUT-AWS-101 AWS pide ir más lento, también después de varios intentos. -> {_LATER} revisa las cuotas de la cuenta.
MUT-AWS-102 No se pudo llegar a AWS, o no respondió.
    -> {_LATER} revisa la red, el proxy y la región. Nada se hace dos veces.
MUT-AWS-103 Un servicio de AWS falló. -> {_LATER} mira https://health.aws.amazon.com.
MUT-AWS-104 AWS está ocupado con otra cosa sobre lo mismo. -> {_LATER} mira en la consola qué está corriendo.
MUT-AWS-105 Se agotó una cuota de la cuenta de AWS. -> {_LATER} mira Service Quotas y qué más está corriendo.
MUT-AWS-106 Respondió algo que no es AWS. -> {_LATER} busca un proxy o una página de inicio de sesión en la red.

MUT-KB-001 El índice local está dañado. -> Bórralo, con sus archivos -wal y -shm; se rehace desde el bucket.
MUT-KB-002 El archivo del índice local es de otro programa. -> Muévelo, o cambia MUT_HOME; el índice se rehace.
MUT-KB-003 El índice local no se puede usar. -> Revisa que su carpeta exista, se pueda escribir y tenga espacio.
MUT-KB-004 Este Python no trae búsqueda de texto. -> Usa uno cuyo SQLite tenga FTS5.
MUT-KB-005 La pregunta está vacía. -> Escribe una.
MUT-KB-006 Todavía no hay documentos. -> Corre `make run` primero.
MUT-KB-101 Otro proceso ocupa el índice local. -> {_LATER} termina la otra ejecución.
MUT-KB-010 Algunos documentos publicados no se pudieron ingerir; los demás sí se responden.
    -> Corrige en su origen los que nombra el mensaje; después {_RERUN}
MUT-KB-011 Los visitantes ya no reciben respuestas de documentos que antes sí se respondían, o que se publicaron.
    -> El mensaje nombra cuáles y qué hacer; `mut doctor` revisa lo que hay entremedio. Después {_RERUN}
MUT-KB-020 La base de conocimiento es de un tipo que no sirve. -> Crea una de tipo VECTOR y pon KNOWLEDGE_BASE_ID.
MUT-KB-021 La base de conocimiento no está activa. -> Repárala en la consola de Bedrock, o usa otra.
MUT-KB-022 Dos fuentes de datos leen la misma carpeta: cada documento se respondería dos veces.
    -> Deja una por carpeta y borra las demás.
MUT-KB-023 Ninguna fuente de datos lee lo que se publica.
    -> Compara S3_BUCKET_NAME y S3_DATASET_PREFIX con las fuentes, o créalas con los comandos de docs/aws.md.
MUT-KB-024 Bedrock lee de S3, y se publica en otra parte. -> Pon en S3_BUCKET_NAME el bucket que leen sus fuentes.
MUT-KB-025 Falló el trabajo de ingesta; se sigue respondiendo con lo anterior.
    -> Mira el historial de sincronización de la fuente; corregida la causa, {_RERUN}
MUT-KB-026 Alguien detuvo el trabajo de ingesta. -> Materializa bedrock_kb_ingestion cuando deba correr.
MUT-KB-027 El trabajo de ingesta no terminó a tiempo y se detuvo.
    -> Materializa bedrock_kb_ingestion de nuevo; si se repite, mira https://health.aws.amazon.com.
MUT-KB-028 El trabajo de ingesta terminó sin ver ningún documento.
    -> Compara el prefijo de la fuente con el bucket, y el rol de la base de conocimiento con deploy/iam.
MUT-KB-029 El trabajo de ingesta contó otra cantidad de documentos que la publicada.
    -> Materializa bedrock_kb_ingestion de nuevo; si se repite, compara el rol con deploy/iam.
MUT-KB-120 Alguien está cambiando la base de conocimiento. -> {_LATER} mírala en la consola de Bedrock.
MUT-KB-121 La ingesta terminó, pero todavía no se responde con todo lo publicado.
    -> {_LATER} mira el estado de los documentos que nombra el mensaje.
MUT-KB-122 No se pudo empezar la ingesta: siempre había otra corriendo.
    -> {_LATER} busca quién la lanza, como la sincronización antigua, y apágala.
MUT-KB-123 Una ingesta que lanzó otro no termina, y solo corre una a la vez.
    -> {_LATER} detenla con el comando del mensaje.

MUT-SEC-001 No existe el secreto con la clave de Pinecone. -> Créalo, o corrige PINECONE_SECRET_ID o la región.
MUT-SEC-002 No hay permiso para leer el secreto de Pinecone. -> Agrega al rol secretsmanager:GetSecretValue.
MUT-SEC-003 El secreto de Pinecone no es JSON. -> Guárdalo como {{"apiKey": "…"}}.
MUT-SEC-004 Al secreto de Pinecone le falta apiKey. -> Guárdalo como {{"apiKey": "…"}}.
MUT-SEC-005 La clave de Pinecone está vacía, o no es una. -> Guarda la clave sola, sin nada más.
MUT-SEC-006 El secreto de Pinecone está por borrarse. -> Restáuralo con el comando del mensaje.

MUT-EMB-001 No hay acceso al modelo que hace los vectores. -> Habilítalo en la consola de Bedrock y en el rol.
MUT-EMB-002 Un texto es demasiado largo para el modelo. -> Acórtalo en su origen.
MUT-EMB-003 El modelo no dio un vector del largo esperado. -> Pon en EMBEDDING_MODEL_ID un Titan Text Embeddings V2.
MUT-EMB-004 Un documento está vacío y no puede tener vector. -> Corrígelo en su origen.

MUT-PC-001 Pinecone no acepta la clave. -> Pon una clave válida del proyecto; después {_RERUN}
MUT-PC-002 La clave de Pinecone no tiene permiso, o se agotó el plan. -> Revisa sus roles, las cuotas y el pago.
MUT-PC-003 Ese índice de Pinecone no existe. -> Corrige PINECONE_INDEX o la clave, o créalo.
MUT-PC-004 El índice de Pinecone es de otra dimensión que los vectores.
    -> Usa otro índice en PINECONE_INDEX, o un modelo de esa dimensión.
MUT-PC-005 El índice de Pinecone no es de vectores densos. -> Usa otro en PINECONE_INDEX.
MUT-PC-006 Ese espacio de Pinecone es el de la propia base de conocimiento; no se escribió nada.
    -> Pon otro nombre en PINECONE_NAMESPACE, como mut-assets.
MUT-PC-007 Hay vectores que Pinecone no aceptaría; no se escribió nada. -> Corrige esos documentos en su origen.
MUT-PC-008 Pinecone rechazó una parte de los vectores; los demás quedaron.
    -> Corrige lo que rechaza; al repetir se escriben solo esos.
MUT-PC-009 Pinecone rechazó la petición. -> Revisa PINECONE_INDEX, PINECONE_NAMESPACE y PINECONE_HOST.
MUT-PC-010 La clave de Pinecone viajaría sin cifrar; no se envió. -> Revisa PINECONE_HOST, que normalmente no se pone.
MUT-PC-011 Lo que respondió en lugar de Pinecone no se entiende. -> Revisa PINECONE_HOST y los proxies.
MUT-PC-012 El índice de Pinecone está fuera de servicio. -> Míralo en su consola, o usa otro; los vectores se rehacen.
MUT-PC-101 El índice de Pinecone todavía no está listo. -> {_LATER} míralo en la consola de Pinecone.
MUT-PC-102 Pinecone pide ir más lento. -> {_LATER} revisa los límites del proyecto.
MUT-PC-103 Pinecone falló. -> {_LATER} mira https://status.pinecone.io.
MUT-PC-104 Pinecone no responde. -> {_LATER} revisa la red, el proxy y PINECONE_HOST.
MUT-PC-105 Lo escrito en Pinecone todavía no se ve; no se borró nada antiguo.
    -> {_LATER} mira https://status.pinecone.io.
MUT-PC-106 Una parte de los vectores no se escribió; los demás quedaron.
    -> {_LATER} mira los límites del proyecto y https://status.pinecone.io.

MUT-AGENT-001 El agente se está borrando. -> Quita AGENT_ID, o pon el de otro.
MUT-AGENT-002 No se pudo preparar el agente; la base de conocimiento sí está al día.
    -> Sigue lo que recomienda el servicio en el mensaje.
MUT-AGENT-003 AWS ya no deja preparar agentes en esta cuenta.
    -> Quita AGENT_ID; si el agente se usa, habla con AWS Support.
MUT-AGENT-101 El agente no terminó de prepararse a tiempo. -> {_LATER} míralo en la consola de Bedrock.
MUT-AGENT-102 Alguien está cambiando el agente. -> {_LATER} averigua quién, en la consola de Bedrock.

MUT-OUT-001 Quien recibe el latido no lo acepta. -> Pon en HEARTBEAT_URL la dirección que muestra ese servicio.
MUT-OUT-101 El latido no llegó a quien lo recibe. -> {_LATER} revisa la red, el proxy y HEARTBEAT_URL.
"""


def _notices(table: str) -> dict[str, Notice]:
    notices = {}
    for entry in re.split(r"\n(?=MUT-)", table.strip()):
        code, sentences = entry.split(maxsplit=1)
        what, advice = (" ".join(part.split()) for part in sentences.split(" -> "))
        notices[code] = Notice(what, advice)
    return notices


IN_SPANISH = _notices(_TABLE)
"""Code -> explanation, of every code of the platform and of no other."""
