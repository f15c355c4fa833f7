"""What visitors say and what a shop calls it: everyday Chilean words, and other ways to say the same. Data only.

What belongs here: words of the language that a concierge in Chile knows, of any market. What does not: names of shops,
restaurants or events, how words are compared (`analysis.py`), what a find by another word counts (`thesaurus.py`).

One line per meaning. Left of `>` stand ways to say the same, each of which stands for the others; right of it what is
looked for as well, which does not lead back. Several words together are found together, in that order; the longest
expression wins. Accents and endings do not matter. A word may stand in several lines.
"""

LEXICON = """
# --- people ---
guagua, guagüita, bebé, lactante, recién nacido > infantil, niños
niño, niña, cabro chico, cabra chica, pequeño, crío, chiquillo, peque > infantil, familia, juguete
cabro, cabra, lola, lolo > jóvenes, amigos
hijo, hija, nieto, nieta, sobrino, sobrina > niños, infantil
pololo, polola, novio, novia, pareja > amor
papá, taita > hombre
mamá > mujer
hombre, varón, caballero, masculino
mujer, dama, señora, femenino
adulto mayor, tercera edad, abuelo, abuela
perro, perrito, quiltro, gato, mascota, can > pet friendly
gringo, extranjero, turista
compadre, socio, yunta, amigo, amiga
# --- meals and drinks ---
la once, tomar once, una once, de once, oncecita > té, pan, pastelería, panadería, café, tortas
hambre, comer, almorzar, almuerzo, cenar, cena, colación > comida, restaurante, cocinería, gastronomía
desayuno, desayunar, brunch > café, cafetería, panadería
merienda, algo rico, antojo, picoteo, picar, tentempié, snack > dulces, galletas, sándwich
bajón > comida, hambre, sándwich, pizza
cabritas, palomitas, popcorn, pop corn, pochoclo, crispetas, canguil
marraqueta, pan batido, pan francés, hallulla, baguette > pan, panadería
pan, panes, panadería, bollería, masa madre > horno
amasandería, panadería
sánguche, sandwich, sándwich, emparedado, bocadillo, sanguchería > fuente de soda
completo, hot dog, perro caliente, vienesa, italiano con palta > fuente de soda, sándwich
chacarero, barros luco, barros jarpa, churrasco, lomito, mechada > sándwich, fuente de soda
hamburguesa, burger, smash
pizza, pizzería, pizzas, napolitana > italiana
pasta, fideos, tallarines, espagueti, lasaña, ñoquis, ravioles > italiana
papas fritas, papas, papitas, patatas fritas
pollo, alitas, broaster, chicken, gallina
carne, bistec, filete, asado, parrilla, parrillada > carnicería, vacuno
carnicería, carnicero > carne
cecinas, fiambre, jamón, embutido, charcutería, salame, longaniza, fiambrería
queso, quesería, lácteos > fiambres
pescado, mariscos, frutos del mar > ceviche, cevichería, mar
ceviche, cebiche, tiradito > pescado, peruana
tártaro, crudo, crudito, steak tartar > carne
sushi, rolls, sashimi, handroll, japonés, japonesa, nipón > nikkei, oriental
nikkei > sushi, japonesa, peruana
chino, china, oriental, asiático, asia > wok
ramen, sopa japonesa, udon > japonesa
coreano, corea, kimchi, bibimbap, k-food
tailandés, tailandesa, tailandia, vietnamita, vietnam, pad thai, pho > asiática
hindú, indio, india, curry, naan > oriental
árabe, medio oriente, turco, libanés, shawarma, falafel, kebab, baklava
griego, griega, grecia, gyros, pita
mexicano, mexicana, tacos, burrito, quesadilla, nachos, guacamole
peruano, peruana, perú, ají de gallina, lomo saltado
italiano, italiana, italia > pasta, pizza
francés, francesa, francia > macarons, raclette
español, española, españa, tapas, paella, tortilla española
argentino, argentina, gaucho > mate, alfajor
alemán, alemana, alemania > cerveza, kuchen
típico, criollo, comida chilena, comida casera, casero > chilena, tradicional
empanada, empanadas de pino, de horno
helado, heladería, gelato, gelatería, paleta, barquillo, cono > postre
dulce, postre, goloso, repostería, pastelería > chocolate, helado, galletas, dulcería
torta, pastel, queque, bizcocho, kuchen, pie, cheesecake, brazo de reina, tarta > pastelería, repostería
dona, donut, rosquilla, berlín, berlines
galleta, cookie, galletería, alfajor
golosina, dulces, caramelo, confite, gomitas, dulcería, calugas, masticables, chuches > niños
chocolate, chocolatería, bombón, cacao, trufa
alfajores, cuchuflí, chilenitos, calzones rotos > dulces, repostería
ensalada, saludable, sano, liviano, fit > natural, orgánico, bowl
vegano, vegana, vegetariano, vegetariana, sin carne, plant based, a base de plantas > vegetal
sin gluten, celíaco, celiaco > saludable
orgánico, orgánica, natural, ecológico
frutos secos, nueces, almendras, maní, pasas, avellanas > granel, deshidratados
legumbres, porotos, lentejas, garbanzos > abarrotes
abarrotes, almacén, despensa, provisiones, mercadería, emporio > supermercado
supermercado, súper, minimarket, minimercado
fruta, verdura, verdulería, feria libre, vega > mercado, jugo
café, cafecito, cortado, capuchino, espresso, latte, cafetería > barista, tostado
té, infusión, agüita, tecito, tetería, matcha > hierbas
bubble tea, té con perlas, tapioca, té de burbujas > té
jugo, zumo, batido, smoothie, licuado, juguería > fruta, bebestibles
bebida, gaseosa, refresco, bebestibles > jugo
mate, yerba, yerba mate, bombilla, materos
acai, açaí, bowl
cerveza, chela, schop, shop de cerveza, cervecería, birra, lager, pilsen > bar
vino, viña, tinto, copete fino, sommelier, cepa, enoteca > copas
copete, trago, cóctel, tomar algo, coctelería, happy hour, drink > bar, pisco, cerveza, vino, vermut
pisco, piscola, destilado, pisco sour > cóctel
bar, pub, carrete, carretear, salir de noche > cóctel, música, tragos
mote, huesillos, mote con huesillo > refrescante
miel, mermelada, manjar, dulce de leche > gourmet
fome, aburrido, qué hacer, panorama, entretención, diversión, pasarlo bien, entretenido > evento, actividad, taller
# --- clothes, shoes, what is worn ---
ropa, vestuario, indumentaria, prendas, vestir, vestimenta, pilchas, pinta, tenida, outfit, moda > diseño
ropa americana, ropa usada, segunda mano, ropa de segunda, moda circular, vintage > reciclada, sustentable
polera, camiseta, remera, playera > ropa
polerón, hoodie, sudadera, buzo, canguro > ropa
chaleco, chaleca, suéter, jersey, pulóver, cárdigan > lana, ropa, tejido
chaqueta, casaca, parka, abrigo, cortaviento, cazadora, chaquetón > outdoor, ropa
camisa, blusa, guayabera > ropa
pantalón, jeans, mezclilla, bluyín, vaquero > ropa
vestido, falda, enterito > mujer, ropa
terno, traje, corbata, formal, elegante > hombre, ropa
calzón, calzoncillo, sostén, lencería, ropa interior, brasier, bóxer > pantys
calcetín, media, soquete > pantys
pijama, bata > ropa
traje de baño, bikini, bañador > playa, ropa
zapato, zapatería, calzado > cuero
zapatilla, tenis, sneaker, championes, tillas > calzado, deporte
bototo, botín, bota, botas > calzado
chala, sandalia, hawaiana, ojota > calzado
taco, tacones, zapatos de fiesta > calzado
jockey, gorro, gorra, sombrero > accesorios
cinturón, correa > cuero
cartera, bolso, bolsa, morral, totebag, banano, riñonera > accesorios, mochila
mochila, bolso escolar, morral > accesorios
maleta, valija, equipaje, viaje, viajar > mochila, bolso
billetera, monedero, portadocumentos > cuero
joya, joyería, alhaja, bisutería, orfebrería > aros, collar, anillo, pulsera
aros, pendientes, aretes, zarcillos > joyas
collar, cadena, gargantilla, anillo, sortija, pulsera, brazalete > joyas
argolla, compromiso, matrimonio, casarse > anillo, joyas
oro, plata, enchapado, enchape, bañado en oro, baño de oro > joyas
reloj, relojería, cronómetro
lentes, anteojos, gafas, óptica, vista, oftalmólogo, cristales > sol
lana, hilado, ovillo, madeja > tejido
tejer, tejido, crochet, palillos, agujas, bordar, bordado > lanas, manualidades
costura, coser, hilo, aguja, modista, tela, textil > manualidades
cuero, marroquinería, talabartería
accesorios, complementos
zurcir, basta, arreglo de ropa, sastre, costurera > compostura
# --- body and health ---
belleza, maquillaje, cosmético, cosmética, pintura de labios, labial, rímel, make up
piel, crema, facial, rostro, skincare, cutis > cosmética, belleza
perfume, fragancia, colonia, perfumería > aroma
aroma, aromático, olor, oloroso, difusor, vela, incienso, velas > fragancia, hogar
pelo, cabello, peluquería, corte de pelo, peluquero, estilista, chasquilla > belleza, capilar
tintura, teñir, teñirse > coloración, peluquería, capilar
barba, barbería, barbero, afeitar, bigote > pelo
uñas, manicure, pedicure, esmaltado, manicura, pedicura > belleza
champú, shampoo, jabón > higiene, cabello
higiene, aseo personal, cuidado personal
masaje, spa, relajarse, bienestar
depilación, cejas, pestañas > belleza
farmacia, remedio, medicamento, medicina, botica, pastillas > salud
aspirina, paracetamol, jarabe, receta médica, resfrío, fiebre, duele, dolor, enfermo > farmacia, salud
suplemento, proteína, vitaminas, creatina > nutrición
gimnasio, gym, ejercicio, entrenar, fitness, pesas > deporte, suplementos
deporte, deportivo, running, trotar, correr, fútbol, pichanga > zapatillas
carpa, saco de dormir > outdoor, equipamiento, montaña
cerro, montaña, trekking, excursión, camping, acampar, senderismo, aventura, aire libre > outdoor, equipamiento
yoga, pilates, meditación > clases, bienestar
tatuaje, tatuar, tatuarse, rayarse, tatuador, tinta, piercing
cigarro, pucho, fumar, cigarrillo, tabaco, vapear, cigarro electrónico, cigarrillo electrónico, vaporizador, vaper
doctor, médico, urgencia, emergencia, accidente, primeros auxilios > ayuda, seguridad
# --- home and leisure ---
depa, departamento, casa, hogar, pieza, living > decoración, muebles
mueble, sillón, mesa, silla, sofá, repisa > decoración, hogar
decoración, decorar, adorno, adornar > hogar
cocina, olla, sartén, cuchillo, utensilios, cocinar, menaje, vajilla > hogar
sábanas, toallas, cojines, frazada, ropa de cama, mantas > textil, hogar
ferretería, clavos, tornillos, tarugos, martillo, herramientas, taladro > hogar
alargador, enchufe, ampolleta, pintura de pared > ferretería, hogar
maestro, gásfiter, reparar, arreglar, reparación, compostura, componer > servicio
llave, copia de llaves, cerrajero, zapatero, tapillas, lavandería, lavaseco, tintorería > servicio
planta, macetero, maceta, suculenta, cactus, jardín, jardinería, terrario > hogar
flor, ramo, florería, floristería, rosas, arreglo floral > regalo
juguete, jugar, juego, juguetería, muñeca, peluche, puzzle, rompecabezas, legos > niños
juego de mesa, tablero, naipes, cartas, ajedrez, dominó
libro, libros, librería, leer, lectura, novela, cuento, literatura > editorial
útiles, lápiz, lapicera, cuaderno, papelería, escritorio, agenda, block, plumón, libreta > librería, escritura
pintura, acrílico, óleo, acuarela, pincel, bastidor, pintar, dibujar, atril > arte, materiales, manualidades
manualidades, craft, hecho a mano, hágalo usted mismo, diy > arte
artesanía, artesanal, artesano, hecho a mano, souvenir, recuerdo
regalo, regalar, obsequio, detallito
cumpleaños > regalo, torta, celebración
cumple > cumpleaños, regalo, torta, celebración
arte, galería, cuadro, ilustración, póster, lámina, afiche
foto, fotografía, fotos, cámara, revelado, revelar, rollo, película de fotos, análoga, retrato > imprimir
música, disco, vinilo, cd, casete, disquería, lp
tornamesa, tocadiscos, parlante, audífonos, equipo de sonido > música, audio
instrumento, guitarra, piano, teclado, batería, ukelele > música
celular, teléfono, smartphone, móvil, fono, android > tecnología
iphone, ipad, macbook, mac > apple, celular, computador
computador, notebook, pc, laptop, ordenador, compu, tablet > tecnología
usado, reacondicionado, recuperado, restaurado > segunda mano
cargador, cable, pilas, batería, mica, carcasa, pendrive, electrónica > tecnología, celular
tele, televisor, tv, electrodoméstico > tecnología
bici, bicicleta, ciclismo, cleta, ciclista, casco
patineta, skate, scooter, monopatín > urbano
plata, dinero, lucas, efectivo, billete, sacar plata, cajero, giro > banco
cambio de moneda, casa de cambio, dólares, euros, divisas, remesas, mandar plata, enviar dinero, cambiar dólares
banco, cuenta, préstamo, sucursal
pega, trabajo, trabajar, oficina, cowork, coworking, reunión
arrendar, arriendo, alquilar, alquiler
caro, barato, precio, valor, tarifa, cuánto cuesta, cuánto vale, cuánto sale > pago
gratis, sin costo, entrada liberada, gratuito, liberado
# --- the building ---
auto, vehículo, coche, estacionar, estacionamiento, parking, valet > entrada
baño, toilette, servicio higiénico, wc, aseo, mudador > baños
entrada, acceso, salida, salir, llegar, entrar > calle
dirección, ubicación, dónde queda, cómo llegar > calle
horario, abierto, cerrado, hora, abren, cierran
reclamo, queja, denuncia, sugerencia > servicio al cliente, contacto
informaciones, información, ayuda, atención > servicio al cliente
perdí, perdido, extraviado, objeto perdido, se me quedó > servicio al cliente, seguridad
sentarse, asiento, mesas y sillas, descansar > lugares
wifi, internet, cargar el celular
silla de ruedas, movilidad reducida, discapacidad, coche de guagua > servicio al cliente
reparto, delivery, despacho, encomienda, pedido
metro, subterráneo, micro
# --- what happens ---
evento, actividad, función, espectáculo, show > eventos
taller, curso, clase, aprender, workshop, lección, enseñar > talleres, cursos
charla, conversatorio, conferencia, seminario, ponencia
feria, mercado, mercadillo, bazar > expositores
exposición, muestra, exhibición, expo > arte, galería
concierto, tocata, recital, música en vivo, orquesta > música
baile, bailar, danza, ballet, cueca > música
teatro, obra, cine, película > función
cuentacuentos, títeres, magia, pintacaritas > niños, infantil
concurso, torneo, campeonato, competencia, bases
fiesta, celebración, celebrar, aniversario, fiestas > evento
fiestas patrias, dieciocho, el 18, fonda, ramada, septiembre > cueca, chilena
navidad, navideño, pascua, viejo pascuero, pesebre, diciembre > adornos, regalos
halloween, noche de brujas, octubre
oktoberfest, fiesta de la cerveza > cerveza
vacaciones, verano, veraneo
luz, luces, lumínico, iluminación, luminoso
inteligencia artificial, ia, ai > tecnología, digital
hongo, seta, callampa, fungi
ecología, sustentable, sostenible, reciclado, reciclaje, reutilizar, zero waste, medio ambiente > ecológico
"""
