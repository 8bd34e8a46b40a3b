//! When two deliveries are one mail: the same words of the same sender at the same instant, whatever relays, mailboxes
//! and transfer encodings did to the bytes on the way.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Message, walk::hexadecimal};

/// A key that two deliveries of one mail share and two mails do not: SHA-256, hexadecimal.
///
/// It covers what the sender's machine wrote (Message-ID, From, Subject, Date, text, attachments) and nothing that a
/// relay adds. A mail with neither Message-ID nor Date is told from a second one by the second at which it was
/// `received`.
pub fn content_key(message: &Message, received: Timestamp) -> String {
    let mut hash = Sha256::new();
    let mut field = |value: &str| {
        // The length before the value, so that no value can run into the next.
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    };
    field(message.message_id.as_deref().unwrap_or_default());
    field(message.from.as_ref().map_or("", |from| &from.email));
    field(&folded(&message.subject));
    field(&instant(message, received));
    field(&folded(&message.text));
    for attachment in &message.attachments {
        field(&attachment.digest);
    }
    hexadecimal(&hash.finalize())
}

fn instant(message: &Message, received: Timestamp) -> String {
    let written = message.header("Date").filter(|written| !written.is_empty());
    match (message.date, written, &message.message_id) {
        (Some(date), _, _) => date.as_second().to_string(),
        (None, Some(written), _) => written.to_owned(),
        (None, None, Some(_)) => String::new(),
        (None, None, None) => format!("received {}", received.as_second()),
    }
}

/// Blanks and line ends of any number become one space: they are what transfer encodings change.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Limits, parse};

    const DELIVERED: &str = "Return-Path: <j@example.fr>\nDelivered-To: rdv@example.org\nReceived: by a\nFrom: J <j@example.fr>\n\
        Subject: =?utf-8?Q?Rendez-vous_=C3=A9t=C3=A9?=\nDate: Tue, 4 May 2021 10:00:00 +0200\nMessage-ID: <1@example.fr>\n\
        Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
        Bonjour,\nquand l'=C3=A9t=C3=A9 =\nvient-il ?\n";
    const AGAIN: &str = "X-Spam: no\nDelivered-To: prefecture@example.org\nReceived: by b\nReceived: by a\nFrom: \"J\" <j@example.fr>\n\
        Subject: =?iso-8859-1?Q?Rendez-vous_=E9t=E9?=\nDate: Tue, 4 May 2021 08:00:00 +0000\nMessage-ID: <1@example.fr>\n\
        Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n\
        Qm9uam91ciwNCnF1YW5kIGwnw6l0w6kgdmllbnQtaWwgPw0KDQo=\n";

    fn key(raw: &str, received: i64) -> String {
        let message = parse(raw.as_bytes(), &Limits::default()).unwrap();
        super::content_key(&message, Timestamp::from_second(received).unwrap())
    }

    #[test]
    fn two_deliveries_of_one_mail() {
        assert_eq!(key(DELIVERED, 1), key(AGAIN, 2));
    }

    #[test]
    fn whatever_the_sender_changes_makes_another_mail() {
        let changes = [
            ("<1@example.fr>", "<2@example.fr>"),
            ("J <j@", "J <k@"),
            ("Rendez-vous", "Rendez-moi"),
            ("10:00:00", "10:00:01"),
            ("vient-il", "vient-elle"),
        ];
        for (before, after) in changes {
            assert_ne!(key(DELIVERED, 1), key(&DELIVERED.replace(before, after), 1), "{after}");
        }
    }

    #[test]
    fn without_id_and_date_the_second_of_reception_tells() {
        let bare = "From: j@example.fr\nSubject: s\n\nmerci\n";
        assert_eq!(key(bare, 1), key(bare, 1));
        assert_ne!(key(bare, 1), key(bare, 2));
        let dated = "From: j@example.fr\nDate: hier\n\nmerci\n";
        assert_eq!(key(dated, 1), key(dated, 2));
    }
}
