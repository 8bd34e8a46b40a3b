//! An envelope and its message, found fit to travel.

use lettre::Address;

/// What is handed to the relay.
pub(super) struct Letter<'a> {
    /// `None`: the null sender.
    pub(super) from: Option<Address>,
    pub(super) to: Address,
    /// The message without its last line end: the end-of-data line brings its own, and nothing is added to it.
    pub(super) body: &'a [u8],
}

impl<'a> Letter<'a> {
    /// Takes the addresses as they were found; the error is a sentence in French.
    pub(super) fn new(from: Option<&str>, to: &str, bytes: &'a [u8]) -> Result<Self, String> {
        let from = from.map(|from| address(from).ok_or("l'adresse d'expéditeur d'enveloppe n'est pas une adresse"));
        Ok(Self {
            from: from.transpose()?,
            to: address(to).ok_or("l'adresse du destinataire n'est pas une adresse électronique")?,
            body: bytes.strip_suffix(b"\r\n").unwrap_or(bytes),
        })
    }

    /// Whether the envelope needs RFC 6531.
    pub(super) fn is_international(&self) -> bool {
        let accented = |address: &Address| !address.user().is_ascii() || !address.domain().is_ascii();
        accented(&self.to) || self.from.as_ref().is_some_and(accented)
    }
}

/// An address that can stand in a command. Some that exist break the rules of the parser (`prenom..nom@`, `nom.@`): the
/// relay shall judge them. No character gets through that could end the command (RFC 5321 §4.1.2).
fn address(text: &str) -> Option<Address> {
    const LONGEST: usize = 254;
    let unsafe_in_a_command = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    if text.len() > LONGEST || text.contains(unsafe_in_a_command) {
        return None;
    }
    text.parse().ok().or_else(|| {
        let (user, domain) = text.rsplit_once('@')?;
        (!user.is_empty() && !domain.is_empty()).then(|| Address::new_dangerous(user, domain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_exist_pass_and_none_ends_the_command() {
        for good in ["jeanne@example.fr", "nom.@libre.example.fr", "prenom..nom@example.fr", "é@example.fr"] {
            assert_eq!(address(good).unwrap().as_ref() as &str, good);
        }
        let endless = format!("{}@example.fr", "x".repeat(300));
        for bad in ["", "@", "jeanne", "a@", "@b", "a b@c", "a@b>\r\nRCPT TO:<x@y", "a@b\n", "<a@b>", &endless] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_last_line_end_is_left_to_the_end_of_data() {
        assert_eq!(Letter::new(None, "a@b.example.fr", b"x\r\n\r\n").unwrap().body, b"x\r\n");
        assert_eq!(Letter::new(None, "a@b.example.fr", b"x").unwrap().body, b"x");
    }
}
