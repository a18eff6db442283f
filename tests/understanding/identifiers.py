"""Valid identifiers of invented people, made with the issuers' rules written anew, and what looks like them.

The generators share no code with what is tested.
"""

import random
from collections.abc import Callable


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(count))


def luhn_digit(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        double = int(digit) * (2 if place % 2 == 0 else 1)
        total += double // 10 + double % 10
    return str((10 - total % 10) % 10)


def cpf(rng: random.Random) -> str:
    body = digits(rng, 9)
    for _ in range(2):
        rest = sum(int(digit) * (len(body) + 1 - place) for place, digit in enumerate(body)) * 10 % 11
        body += str(rest % 10)
    return rng.choice([body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}", f"{body[:9]}-{body[9:]}"])


def cnpj(rng: random.Random) -> str:
    body = digits(rng, 8) + "0001"
    for _ in range(2):
        total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(body)))
        body += str(0 if total % 11 < 2 else 11 - total % 11)
    return rng.choice([body, f"{body[:2]}.{body[2:5]}.{body[5:8]}/{body[8:12]}-{body[12:]}"])


def nif(rng: random.Random) -> str:
    body = rng.choice("123568") + digits(rng, 7)
    rest = sum(int(digit) * weight for digit, weight in zip(body, range(9, 1, -1), strict=True)) % 11
    whole = body + str(0 if rest < 2 else 11 - rest)
    return rng.choice([whole, f"{whole[:3]} {whole[3:6]} {whole[6:]}", f"PT{whole}"])


def dni(rng: random.Random) -> str:
    number = digits(rng, 8)
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]
    return rng.choice(
        [
            number + letter,
            f"{number}-{letter}",
            f"{number[:2]}.{number[2:5]}.{number[5:]}-{letter}",
            (number + letter).lower(),
        ]
    )


def nie(rng: random.Random) -> str:
    first, number = rng.choice("XYZ"), digits(rng, 7)
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[int(f"{'XYZ'.index(first)}{number}") % 23]
    return rng.choice([f"{first}{number}{letter}", f"{first}-{number}-{letter}"])


def curp(rng: random.Random) -> str:
    body = f"{letters(rng, 4)}{_day(rng)}{rng.choice('HM')}{letters(rng, 5)}{rng.choice('0123456789ABC')}"
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(alphabet.index(letter) * (18 - place) for place, letter in enumerate(body))
    return body + str((10 - total % 10) % 10)


def rfc(rng: random.Random) -> str:
    body = f"{letters(rng, 4)}{_day(rng)}{letters(rng, 1)}{digits(rng, 1)}"
    alphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
    rest = 11 - sum(alphabet.index(letter) * (13 - place) for place, letter in enumerate(body)) % 11
    return body + {11: "0", 10: "A"}.get(rest, str(rest))


def _day(rng: random.Random) -> str:
    return f"{rng.randrange(40, 100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"


def cuit(rng: random.Random) -> str:
    while True:
        body = rng.choice(["20", "23", "27", "30"]) + digits(rng, 8)
        rest = (
            11
            - sum(
                int(digit) * weight
                for digit, weight in zip(body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2], strict=True)
            )
            % 11
        )
        if rest != 10:
            check = str(rest % 11)
            return rng.choice([f"{body[:2]}-{body[2:]}-{check}", body + check])


def rut(rng: random.Random) -> str:
    number = str(rng.randrange(4_000_000, 26_000_000))
    total, weight = 0, 2
    for digit in reversed(number):
        total, weight = total + int(digit) * weight, weight + 1 if weight < 7 else 2
    check = {11: "0", 10: "K"}.get(11 - total % 11, str(11 - total % 11))
    dotted = f"{int(number):,}".replace(",", ".")
    return rng.choice([f"{dotted}-{check}", f"{number}-{check}"])


def codice_fiscale(rng: random.Random) -> str:
    born = f"{digits(rng, 2)}{rng.choice('ABCDEHLMPRST')}{rng.randrange(1, 32):02}"
    body = f"{letters(rng, 6)}{born}{letters(rng, 1)}{digits(rng, 3)}"
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    total = 0
    for place, letter in enumerate(body):
        value = int(letter) if letter.isdigit() else ord(letter) - ord("A")
        total += odd[value] if place % 2 == 0 else value
    code = body + chr(ord("A") + total % 26)
    return rng.choice([code, code.lower(), f"{code[:3]} {code[3:6]} {code[6:11]} {code[11:]}"])


def partita_iva(rng: random.Random) -> str:
    body = digits(rng, 7) + f"{rng.randrange(1, 101):03}"
    return rng.choice(["IT", ""]) + body + luhn_digit(body)


def iban(rng: random.Random) -> str:
    country, body = rng.choice(
        [
            ("PT", digits(rng, 21)),
            ("ES", digits(rng, 20)),
            ("IT", letters(rng, 1) + digits(rng, 22)),
            ("GB", letters(rng, 4) + digits(rng, 14)),
            ("DE", digits(rng, 18)),
            ("BR", digits(rng, 23) + "C1"),
        ]
    )
    number = "".join(str(int(letter, 36)) for letter in body + country + "00")
    code = f"{country}{98 - int(number) % 97:02}{body}"
    return rng.choice([code, " ".join(code[place : place + 4] for place in range(0, len(code), 4))])


def card(rng: random.Random) -> str:
    first = rng.choice(["4", "51", "53", "55", "2345", "37", "6011"])
    length = 15 if first == "37" else 16
    body = first + digits(rng, length - 1 - len(first))
    number = body + luhn_digit(body)
    if length == 15:
        return rng.choice([number, f"{number[:4]} {number[4:10]} {number[10:]}"])
    mark = rng.choice([" ", "-", ""])
    return mark.join(number[place : place + 4] for place in range(0, 16, 4))


def nhs(rng: random.Random) -> str:
    while True:
        body = digits(rng, 9)
        rest = (
            11 - sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
        )
        if rest != 10:
            return f"{body[:3]} {body[3:6]} {body[6:]}{rest % 11}"


def ssn(rng: random.Random) -> str:
    return f"{rng.randrange(100, 600)}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}"


def email(rng: random.Random) -> str:
    name = rng.choice(["ana.souza", "j.perez_78", "Mario-Rossi", "k+shop", "o.brien", "x"])
    host = rng.choice(["mail.example.com", "exemplo.com.br", "example.co.uk", "correo.example", "esempio.it"])
    return f"{name}@{host}"


def phone(language: str) -> Callable[[random.Random], str]:
    """A telephone of a country where the language is spoken, in one of the ways it is written there."""

    def write(rng: random.Random) -> str:
        shape = rng.choice(PHONES[language])
        choices = {"N": "123456789", "0": "0123456789", "z": "0"}
        return "".join(rng.choice(choices.get(letter, letter)) for letter in shape)

    return write


#: N = a digit from 1, 0 = any digit, z = a nought.
PHONES = {
    "pt": [
        "91N 000 000",
        "96N000000",
        "21N 000 000",
        "22 N00 00 00",
        "+351 91N 000 000",
        "(11) 9N000-0000",
        "11 9N000-0000",
        "(21) 3N00-0000",
        "1198N000000",
        "+55 11 9N000-0000",
        "+55 (21) 3N00-0000",
        "9N000-0000",
        "zz351 21N 000 000",
    ],
    "es": [
        "6N0 000 000",
        "6N0 00 00 00",
        "6NN000000",
        "91 N00 00 00",
        "93N 000 000",
        "+34 6N0 000 000",
        "+52 55 N000 0000",
        "55 N000 0000",
        "(55) N000-0000",
        "33 N000 0000",
        "+54 9 11 N000-0000",
        "z11 4N00-0000",
        "11 5N00-0000",
        "15 N000-0000",
        "+57 31N 000 0000",
        "31N 000 0000",
        "31N0000000",
        "+56 9 N000 0000",
        "9 N000 0000",
    ],
    "it": [
        "34N 000 0000",
        "34N0000000",
        "33N 00 00 000",
        "34N/0000000",
        "z6 N0000000",
        "z2 N000 0000",
        "z81-N000000",
        "+39 34N 000 0000",
        "+3934N0000000",
        "+39 z6 N000 0000",
    ],
    "en": [
        "z7N00 000000",
        "z7N00000000",
        "z20 7N00 0000",
        "z161 N00 0000",
        "(z20) 7N00 0000",
        "+44 7N00 000000",
        "+44 (z)20 7N00 0000",
        "(2N2) 555-0000",
        "3N2-755-0000",
        "4N2.955.0000",
        "+1 2N2 255 0000",
        "1-6N7-555-0000",
    ],
}

#: Sentences with a place for an identifier; each language has some that name it and some that do not.
SENTENCES = {
    "pt": [
        "Podem tratar disto? O meu é {}.",
        "Já enviei os dados ({}) e ninguém respondeu.",
        "Segue: {}, fico a aguardar.",
        "Meu dado para contato é {} e quero meu dinheiro de volta!",
        "{} - esperando retorno desde ontem",
    ],
    "es": [
        "Mis datos son {} y sigo esperando.",
        "Ya les di esto ({}) tres veces.",
        "Anoten: {}, por favor.",
        "Quiero que me respondan. {}",
        "Es {} y nadie me ha contestado todavía.",
    ],
    "it": [
        "I miei dati sono {} e sto ancora aspettando.",
        "Ho già dato tutto ({}) due volte.",
        "Ecco: {}, grazie.",
        "Il mio è {} e nessuno risponde.",
        "Aspetto notizie. {}",
    ],
    "en": [
        "Mine is {} and I am still waiting.",
        "I gave you this ({}) twice already.",
        "Here: {}, please sort it out.",
        "It is {} by the way.",
        "Still waiting for an answer. {}",
    ],
}

Maker = Callable[[random.Random], str]

#: What a text of each language is likely to hold.
MAKERS: dict[str, dict[str, Maker]] = {
    "pt": {
        "cpf": cpf,
        "cnpj": cnpj,
        "nif": nif,
        "iban": iban,
        "card": card,
        "email": email,
        "phone": phone("pt"),
    },
    "es": {
        "dni": dni,
        "nie": nie,
        "curp": curp,
        "rfc": rfc,
        "cuit": cuit,
        "rut": rut,
        "iban": iban,
        "card": card,
        "email": email,
        "phone": phone("es"),
    },
    "it": {
        "codice_fiscale": codice_fiscale,
        "partita_iva": partita_iva,
        "iban": iban,
        "card": card,
        "email": email,
        "phone": phone("it"),
    },
    "en": {"nhs": nhs, "ssn": ssn, "iban": iban, "card": card, "email": email, "phone": phone("en")},
}

#: What looks like an identifier and is none. 0 = any digit, N = a digit from 1, A = a letter.
HARD = {
    "pt": [
        "O pedido 0000000000 não chegou.",
        "Pedido nº N00000000 atrasado de novo.",
        "A encomenda N00000000 veio partida.",
        "Protocolo 20240000000 e nada resolvido.",
        "Custou R$ N.000,00 e valeu R$ 1N0,00.",
        "Comprei no dia 12/03/2024 e chegou em 02-04-2024.",
        "O voo TP0000 atrasou das 14h30 às 16:45.",
        "A caixa mede 120x80x45 cm e pesa N,00 kg.",
        "Paguei 1.N00.000 pontos por isso.",
        "O código de rastreio AA000000000BR não funciona.",
        "Nota fiscal 000000000 emitida errada.",
        "Liguei para o 0800 000 0000 e nada.",
        "Modelo ABC-0000-X, número de série 0000000000.",
        "Esperei de 2019 a 2023, 45 minutos na fila 12.",
        "A reserva AAAAAA de 24/12/2025 sumiu.",
        "A fatura 2024/000000 veio com 3 erros e 25% a mais.",
        "Produto com 4000 mAh, 128 GB e tela de 6,5.",
    ],
    "es": [
        "El pedido 0000000000 no llegó.",
        "Pedido n.º N00000000, otra vez tarde.",
        "La reserva N0000000 desapareció.",
        "Costó N.000,00 € y no vale ni 1N0,00 €.",
        "Lo compré el 12/03/2024 y llegó el 02-04-2024.",
        "El vuelo IB0000 salió a las 14:30, no a las 12:45.",
        "Mide 120x80x45 cm y pesa N,00 kg.",
        "Me cobraron $ N.000.000 por nada.",
        "El número de seguimiento 0000000000000 no existe.",
        "Factura 000000000 con errores.",
        "Habitación 304, planta 3, 12 noches, 1500 euros.",
        "Ticket 00000000 abierto desde 2023.",
        "El localizador AAAAAA no aparece.",
        "Batería de 5000 mAh y 256 GB.",
        "Guía 0000000000 sin movimiento.",
    ],
    "it": [
        "L'ordine 0000000000 non è arrivato.",
        "Ordine n. N00000000 ancora in ritardo.",
        "La prenotazione N0000000 è sparita.",
        "Costava N.000,00 € e non vale 1N0,00 euro.",
        "Comprato il 12/03/2024, arrivato il 02-04-2024.",
        "Il volo AZ0000 delle 14:30 è partito alle 16:45.",
        "Misura 120x80x45 cm e pesa N,00 kg.",
        "Tracking 0000000000000 fermo.",
        "Fattura 000000000 sbagliata.",
        "Camera 304, 12 notti, 1500 euro.",
        "Il ticket 00000000 è aperto dal 2023.",
        "Batteria da 5000 mAh e 256 GB.",
        "Codice articolo 00000000, lotto 0000000.",
    ],
    "en": [
        "Order 0000000000 never arrived.",
        "Order no. N00000000 is late again.",
        "My booking N0000000 vanished.",
        "It cost £N,000.00 and is not worth $1N0.00.",
        "Bought on 12/03/2024, arrived 2024-04-02.",
        "Flight BA0000 left at 14:30, not 12:45.",
        "It measures 120x80x45 cm and weighs N.00 kg.",
        "Tracking number 0000000000000 does not exist.",
        "Invoice 000000000 is wrong.",
        "Room 304, 12 nights, 1500 dollars.",
        "Ticket 00000000 open since 2023.",
        "5000 mAh battery and 256 GB.",
        "I drove 120,000 km between 2019 and 2023.",
        "Order 700-0000000-0000000 is missing a part.",
        "Call 0800 000 0000 and wait for an hour.",
    ],
}


def hard(rng: random.Random, language: str) -> str:
    """A sentence with nothing personal in it."""
    sentence = rng.choice(HARD[language])
    words = []
    for word in sentence.split(" "):
        made = word
        if "N" in word or "000" in word or "AAAA" in word or "AA0" in word:
            made = "".join(
                rng.choice("123456789")
                if letter == "N"
                else rng.choice("0123456789")
                if letter == "0"
                else letter
                for letter in word.replace("AA", letters(rng, 2))
            )
        words.append(word if word in KEPT else made)
    return " ".join(words)


#: Numbers that mean themselves.
KEPT = frozenset({"0800", "5000", "4000", "120,000", "Nota", "NF"})
