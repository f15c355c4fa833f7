"""A site of many stores in a process of its own, so that serving it costs the measured process nothing.

    python -m benchmarks.large_site ITEMS SECONDS_PER_REQUEST

Prints the base URL, then serves until its standard input ends.
"""

import sys

from mut_assets_tests.fakes.wordpress_site import WordPressSite, store

TEXT = (
    "<h2>¿Qué es la Tienda {0}?</h2><p>La Tienda {0} vende de todo un poco: cuadernos, lápices, macetas y regalos "
    "para quien llega sin saber qué busca. Atiende gente del barrio desde hace {1} años.</p><ul><li>Cuadernos número "
    "{0}</li><li>Macetas</li><li>Regalos desde ${1}.990</li></ul><p>En la Tienda {0} se puede pagar en cuotas, "
    "encargar por teléfono y retirar el mismo día. Los sábados hay taller de encuadernación.</p>"
)


def main(items: int, latency: float) -> None:
    """Serves `items` stores, each answer after `latency` seconds."""
    with WordPressSite(latency=latency) as site:
        site.items["stores"] = [
            store(10_000 + number, f"Tienda {number}", content=TEXT.format(number, number % 40 + 1))
            for number in range(items)
        ]
        site.freeze()
        print(site.base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
