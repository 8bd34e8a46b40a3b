//! Something of a message that is kept as octets only: an attachment to hand over, the markup to show. Nothing is opened.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{
    Attachment, Limits,
    fields::Split,
    parse::{envelope_off, with_line_feeds},
    walk::{Sought, Walk},
};

/// The attachment of this digest, decoded.
pub fn attachment(raw: &[u8], digest: &str, limits: &Limits) -> Option<(Attachment, Vec<u8>)> {
    let sought = Sought { digest: Some(digest.to_owned()), ..Sought::default() };
    let (sought, attachments) = walked(raw, limits, sought)?;
    let about = attachments.into_iter().find(|attachment| attachment.digest == digest)?;
    Some((about, sought.octets?))
}

/// The HTML of a message as its sender wrote it, never to be shown as it is (see [`super::safe_html()`]); `None`: it has
/// none.
pub fn markup(raw: &[u8], limits: &Limits) -> Option<String> {
    let (sought, _) = walked(raw, limits, Sought { markup: true, ..Sought::default() })?;
    (!sought.parts.is_empty()).then(|| sought.parts.join("\n<hr>\n"))
}

fn walked(raw: &[u8], limits: &Limits, sought: Sought) -> Option<(Sought, Vec<Attachment>)> {
    catch_unwind(AssertUnwindSafe(|| {
        let raw = with_line_feeds(raw);
        let mut walk = Walk::seeking(limits, sought);
        walk.message(&Split::new(envelope_off(&raw)), 0).ok()?;
        Some((walk.sought, walk.attachments))
    }))
    .ok()
    .flatten()
}

/// The media type of a picture that a browser draws and that can carry no script, by its first octets and not by its name;
/// `None`: it is something else, SVG among them.
pub fn image_type(octets: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 5] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
    ];
    let webp = octets.starts_with(b"RIFF") && octets.get(8..12) == Some(b"WEBP");
    let known = KNOWN.iter().find(|(first, _)| octets.starts_with(first)).map(|(_, kind)| *kind);
    known.filter(|kind| *kind != "image/bmp" || octets.len() > 26).or(webp.then_some("image/webp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"From: a@example.fr\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n\
        <p>Bonjour</p>\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD\n--b--\n";

    #[test]
    fn an_attachment_comes_out_by_its_digest() {
        let read = super::super::parse(MAIL, &Limits::default()).unwrap();
        let listed = &read.attachments[0];
        let (found, octets) = attachment(MAIL, &listed.digest, &Limits::default()).unwrap();
        assert_eq!((&found, octets.as_slice()), (listed, &b"ABC"[..]));
        assert!(attachment(MAIL, "0", &Limits::default()).is_none());
    }

    #[test]
    fn markup_comes_out_as_it_was_sent() {
        assert_eq!(markup(MAIL, &Limits::default()).as_deref(), Some("<p>Bonjour</p>"));
        assert_eq!(markup(b"From: a@example.fr\n\nBonjour\n", &Limits::default()), None);
    }

    #[test]
    fn a_picture_is_known_by_its_octets() {
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(image_type(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"%PDF-1.7", b"<html>", b"", b"BM"] {
            assert_eq!(image_type(other), None);
        }
    }
}
