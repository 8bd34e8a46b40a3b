#!/usr/bin/env python3
"""Fills a Maildir with the mail of an ordinary month: intake_corpus.py COUNT MAILDIR [SEED]

The same bytes for the same count and seed. Of 100 messages 64 are short plain text, 20 text and HTML (7-32 KB),
10 carry attachments (50 KB-1 MB), 4 are auto-replies and 2 are bounces. A quarter of what people write answers an
earlier message.
"""

import datetime
import email.message
import email.policy
import email.utils
import os
import random
import sys

MAILBOX = "etrangers@prefecture.example.fr"
FIRST_NAMES = "Jeanne Amélie Loïc Françoise Mehdi Chloé Bérénice Óscar Thị Noël Aïcha Zoë".split()
LAST_NAMES = "Martin Lefèvre N'Diaye Garçon Nguyễn Muñoz Bénard Dupré Kowalski L'Hôte Yıldız Çelik".split()
SUBJECTS = [
    "Renouvellement de mon titre de séjour",
    "Rendez-vous introuvable",
    "Dossier n° {number} : où en est-il ?",
    "Carte grise reçue avec une erreur",
    "Réclamation : guichet fermé",
    "Échange de permis étranger",
    "Récépissé bientôt périmé",
    "Suggestion pour la salle d'attente",
    "Pièces complémentaires",
]
SENTENCES = [
    "J'ai déposé mon dossier le {day} et je n'ai reçu aucune nouvelle depuis.",
    "Le site n'affiche plus aucun créneau, même à minuit.",
    "Pourriez-vous m'indiquer les pièces à fournir, s'il vous plaît ?",
    "Mon récépissé arrive à échéance le {day} et mon employeur me demande un justificatif.",
    "L'agente qui m'a reçue a été très aimable, je tiens à le dire.",
    "Au guichet, on m'a répondu qu'il fallait écrire à cette adresse.",
    "Je suis obligé de revenir pour la troisième fois, c'est inadmissible.",
    "Le courrier est parti à mon ancienne adresse, 12 bis rue de l'Église.",
    "Vous trouverez ci-joint la copie de mon passeport et un justificatif de domicile.",
    "Il serait utile d'afficher les délais à l'entrée.",
    "Le numéro de dossier est le {number}, déposé au nom de ma mère.",
    "Dans l'attente de votre réponse, je reste à votre disposition au 01 99 00 {number}.",
]
ATTACHMENTS = [
    ("passeport.pdf", "application/pdf", b"%PDF-1.4\n"),
    ("Quittance de l'été.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
    ("formulaire signé.odt", "application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
]
DECK = ["short"] * 64 + ["html"] * 20 + ["attachments"] * 10 + ["auto-reply"] * 4 + ["bounce"] * 2
EPOCH = datetime.datetime(2026, 1, 5, 8, 0, tzinfo=datetime.timezone.utc)
# Windows-1252 and ISO-8859-1 are still what a fifth of the mail comes in.
CHARSETS = ["utf-8"] * 8 + ["windows-1252", "iso-8859-15"]


class Month:
    """One month of mail, message after message."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.kinds = []
        self.earlier = []
        self.count = 0

    def next_message(self):
        if not self.kinds:
            self.kinds = self.random.sample(DECK, len(DECK))
        self.count += 1
        return {"short": self.short, "html": self.html, "attachments": self.attachments,
                "auto-reply": self.auto_reply, "bounce": self.bounce}[self.kinds.pop()]()

    def received_at(self):
        return EPOCH + datetime.timedelta(seconds=97 * self.count)

    def short(self):
        message = self.from_a_person()
        self.write(message, self.prose(self.random.randint(300, 3000)))
        return message

    def html(self):
        message = self.from_a_person()
        text = self.prose(self.random.randint(600, 2500))
        self.write(message, text)
        paragraphs = "".join(f'<p class="MsoNormal"><span lang="FR">{line}</span></p>\n' for line in text.splitlines())
        style = "p.MsoNormal { margin: 0cm; font-size: 11.0pt; font-family: Calibri, sans-serif; }\n"
        padding = style * (self.random.randint(4000, 26000) // len(style))
        page = f"<html><head><style>{padding}</style></head><body>{paragraphs}</body></html>"
        message.add_alternative(page, subtype="html")
        return message

    def attachments(self):
        message = self.short()
        number = self.random.randint(1, 3)
        for name, mime, magic in self.random.sample(ATTACHMENTS, number):
            size = self.random.randint(40_000, 700_000) // number
            main, sub = mime.split("/")
            message.add_attachment(magic + self.random.randbytes(size), maintype=main, subtype=sub, filename=name)
        return message

    def auto_reply(self):
        message = self.from_a_person()
        message.replace_header("Subject", "Absence du bureau : " + message["Subject"])
        message["Auto-Submitted"] = "auto-replied"
        message.set_content("Je suis absent jusqu'au 15. En cas d'urgence, écrivez à accueil@entreprise.example.com.\n")
        return message

    def bounce(self):
        recipient = f"usager{self.count}@usagers.example.fr"
        # The policy would not let us write a report by hand; its bytes are what counts.
        return "\n".join([
            "Return-Path: <>", f"Date: {email.utils.format_datetime(self.received_at())}",
            "From: MAILER-DAEMON@mx.example.fr (Mail Delivery System)", f"To: {MAILBOX}",
            "Subject: Undelivered Mail Returned to Sender", f"Message-ID: <bounce-{self.count}@mx.example.fr>",
            "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="report"', "",
            "--report", "Content-Type: text/plain; charset=us-ascii", "",
            f"<{recipient}>: host mx.example.fr said: 550 5.1.1 User unknown", "",
            "--report", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.fr", "",
            f"Final-Recipient: rfc822; {recipient}", "Action: failed", "Status: 5.1.1", "",
            "--report", "Content-Type: text/rfc822-headers", "", f"From: {MAILBOX}", f"To: {recipient}",
            "Subject: =?utf-8?q?Accus=C3=A9_de_r=C3=A9ception?=", "", "--report--", "",
        ]).encode()

    def from_a_person(self):
        first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
        message = email.message.EmailMessage()
        message["Date"] = self.received_at()
        message["From"] = email.utils.formataddr((f"{first} {last}", f"usager{self.count}@usagers.example.fr"))
        message["To"] = MAILBOX
        subject = self.fill(self.random.choice(SUBJECTS))
        message_id = f"<{self.random.getrandbits(64):016x}.{self.count}@usagers.example.fr>"
        if self.earlier and self.random.random() < 0.25:
            before, subject = self.random.choice(self.earlier[-200:])
            subject = "Re: " + subject.removeprefix("Re: ")
            message["In-Reply-To"] = before
            message["References"] = before
        message["Subject"] = subject
        message["Message-ID"] = message_id
        self.earlier.append((message_id, subject))
        return message

    def write(self, message, text):
        charset = self.random.choice(CHARSETS)
        try:
            text.encode(charset)
        except UnicodeEncodeError:
            charset = "utf-8"
        message.set_content(text, charset=charset, cte=self.random.choice(["quoted-printable", "base64"]))

    def prose(self, length):
        paragraphs, size = ["Bonjour,"], 0
        while size < length:
            sentences = (self.fill(self.random.choice(SENTENCES)) for _ in range(self.random.randint(1, 4)))
            paragraphs.append(" ".join(sentences))
            size += len(paragraphs[-1])
        paragraphs.append("Cordialement,")
        if self.random.random() < 0.3:
            paragraphs.append("Envoyé de mon iPhone")
        return "\n\n".join(paragraphs) + "\n"

    def fill(self, sentence):
        return sentence.format(number=self.random.randint(1000, 9999), day=f"{self.random.randint(1, 28)} mars")


def deterministic(message, number):
    """The bytes of a message, without the boundaries that the library draws at random."""
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"----=_{number}_{depth}")
    return message.as_bytes(policy=email.policy.SMTP.clone(linesep="\n"))


def main():
    count, maildir = int(sys.argv[1]), sys.argv[2]
    month = Month(sys.argv[3] if len(sys.argv) > 3 else "releve")
    for folder in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(maildir, folder), exist_ok=True)
    total = 0
    for number in range(count):
        message = month.next_message()
        message = message if isinstance(message, bytes) else deterministic(message, number)
        received = int(month.received_at().timestamp())
        path = os.path.join(maildir, "new", f"{received}.M{number:06d}.bench")
        with open(path, "wb") as file:
            file.write(message)
        os.utime(path, (received, received))
        total += len(message)
    print(f"{count} messages, {total // 1_000_000} MB")


if __name__ == "__main__":
    main()
