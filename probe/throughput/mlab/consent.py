"""Vocabulary. What a test against M-Lab's servers publishes: the words that a person agrees to before any is made.

Knows nothing of where the agreement is given or kept.
"""

PUBLISHED_EN = (
    "M-Lab publishes every test together with your IP address, as open data for everybody and for good:"
    " when it was made, with what software, the speeds and the connection's counters."
    " Read its data policy on measurementlab.net."
)
PUBLISHED_PT = (
    "O M-Lab publica cada teste juntamente com o seu endereço IP, como dados abertos, para todos e para sempre:"
    " quando foi feito, com que programa, as velocidades e os contadores da ligação."
    " Leia a política de dados em measurementlab.net."
)
OPTION = "--accept-mlab-policy"
CONSENT = (
    f"{PUBLISHED_EN} If you agree, say so with {OPTION}, or in a probe's settings with accept_mlab_policy = true under"
    f" [measure].\n{PUBLISHED_PT} Se concorda, diga-o com {OPTION}, ou nas definições de uma sonda com"
    " accept_mlab_policy = true em [measure]."
)
