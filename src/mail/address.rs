//! Address fields as they come: groups flattened, names decoded after the list is split, addresses that no RFC allows
//! kept as text. An address is never refused here: whoever answers it will see.

use super::{Address, charset, encoded_word, plain};

/// Octets of an address field that are looked at, and addresses kept of it.
const FIELD_OCTETS: usize = 256 * 1024;
const ADDRESSES: usize = 1_000;
/// Octets kept of one address: far more than a relay takes (254), and few enough to be the key of an index.
const ADDRESS_OCTETS: usize = 998;

/// The addresses of one raw field value, in order.
pub(super) fn list(raw: &[u8]) -> Vec<Address> {
    let raw = &raw[..raw.len().min(FIELD_OCTETS)];
    let text = plain::one_line(&charset::decode(raw, None));
    pieces(&text).into_iter().filter_map(Piece::address).take(ADDRESSES).collect()
}

/// What stands between two commas, taken apart.
#[derive(Default)]
struct Piece {
    /// Words outside quotes, comments and angle brackets.
    words: String,
    quoted: String,
    comment: String,
    angle: Option<String>,
}

impl Piece {
    fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.quoted.is_empty() && self.comment.is_empty() && self.angle.is_none()
    }

    fn address(self) -> Option<Address> {
        let name = |text: &str| plain::one_line(encoded_word::decode(text).trim()).trim().to_owned();
        let written = [self.words.trim(), &self.quoted].iter().filter(|text| !text.is_empty()).count();
        let (email, shown) = match self.angle {
            Some(angle) if !angle.trim().is_empty() => {
                let shown = match (written, self.quoted.is_empty()) {
                    (2, _) => format!("{} {}", self.words.trim(), self.quoted),
                    (_, true) => self.words,
                    _ => self.quoted,
                };
                (angle, shown)
            }
            _ => {
                // No brackets: `jeanne@x.example.fr`, `Jeanne jeanne@x.example.fr`, `"a b"@x.example.fr`, or a lone `MAILER-DAEMON`.
                if !self.quoted.is_empty() && self.words.trim_start().starts_with('@') {
                    (format!("\"{}\"{}", self.quoted, self.words.trim()), String::new())
                } else {
                    let found = self.words.split_whitespace().find(|word| word.contains('@'));
                    let alone =
                        self.words.split_whitespace().next().filter(|_| self.words.split_whitespace().count() == 1);
                    let in_quotes = self.quoted.split_whitespace().find(|word| word.contains('@'));
                    let email = found.or(in_quotes).or(alone)?;
                    let rest: Vec<&str> = self.words.split_whitespace().filter(|word| *word != email).collect();
                    let shown = if self.quoted.is_empty() { rest.join(" ") } else { self.quoted.clone() };
                    (email.to_owned(), shown)
                }
            }
        };
        let shown = if shown.trim().is_empty() { self.comment } else { shown };
        let email = normal(&email)?;
        Some(Address { name: name(&shown), email })
    }
}

/// `local@domain` with the domain in lower case; blanks, brackets, `mailto:` and source routes taken off.
fn normal(written: &str) -> Option<String> {
    let decoded = encoded_word::decode(written);
    let mut email: String = if decoded.contains('"') {
        plain::one_line(&decoded)
    } else {
        decoded.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect()
    };
    if let Some(rest) =
        email.get(..7).filter(|head| head.eq_ignore_ascii_case("mailto:")).map(|_| email[7..].to_owned())
    {
        email = rest;
    }
    if email.starts_with('@')
        && let Some((_, last)) = email.rsplit_once(':')
    {
        email = last.to_owned();
    }
    let email = email.trim_matches(|c| matches!(c, ',' | ';' | '\'')).trim();
    let email = &email[..email.floor_char_boundary(ADDRESS_OCTETS)];
    match email.rsplit_once('@') {
        Some((local, domain)) if !(local.is_empty() && domain.is_empty()) => {
            Some(format!("{local}@{}", domain.trim_end_matches('.').to_lowercase()))
        }
        None if !email.is_empty() => Some(email.to_owned()),
        _ => None,
    }
}

/// Splits at commas and semicolons, and drops `Group:` names, outside quotes, comments and brackets.
fn pieces(text: &str) -> Vec<Piece> {
    let (last_quote, last_close) = (text.rfind('"'), text.rfind('>'));
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    let mut characters = text.char_indices();
    let (mut in_quotes, mut in_angle, mut depth) = (false, false, 0_u32);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' if in_quotes || depth > 0 => {
                let escaped = characters.next().map_or('\\', |(_, c)| c);
                if in_quotes { piece.quoted.push(escaped) } else { piece.comment.push(escaped) }
            }
            '"' if in_quotes => in_quotes = false,
            _ if in_quotes => piece.quoted.push(c),
            ')' if depth > 0 => depth -= 1,
            '(' if depth > 0 => depth += 1,
            _ if depth > 0 => piece.comment.push(c),
            '>' if in_angle => in_angle = false,
            _ if in_angle => piece.angle.get_or_insert_default().push(c),
            '"' if last_quote > Some(at) => in_quotes = true,
            '(' => depth = 1,
            '<' if piece.angle.is_none() || last_close > Some(at) => {
                in_angle = true;
                piece.angle = Some(String::new());
            }
            ',' | ';' => {
                let done = std::mem::take(&mut piece);
                if !done.is_empty() {
                    pieces.push(done);
                }
            }
            ':' if !piece.words.contains('@') && !piece.words.trim().eq_ignore_ascii_case("mailto") => {
                piece = Piece::default();
            }
            '\'' | '[' | ']' if piece.words.is_empty() => {}
            c => piece.words.push(c),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::list;

    fn read(raw: &str) -> Vec<(String, String)> {
        list(raw.as_bytes()).into_iter().map(|address| (address.name, address.email)).collect()
    }

    #[test]
    fn one_address_in_many_dresses() {
        let cases = [
            ("Jeanne Martin <jeanne@Example.FR>", "Jeanne Martin", "jeanne@example.fr"),
            ("\"Martin, Jeanne\" <j@example.fr>", "Martin, Jeanne", "j@example.fr"),
            ("=?utf-8?Q?Martin=2C_Ren=C3=A9e?= <r@example.fr>", "Martin, Renée", "r@example.fr"),
            ("\"=?utf-8?Q?Ren=C3=A9e?=\" <r@example.fr>", "Renée", "r@example.fr"),
            ("r@example.fr (Renée)", "Renée", "r@example.fr"),
            ("<r@example.fr>", "", "r@example.fr"),
            ("r@example.fr", "", "r@example.fr"),
            ("a..b@libre.example.fr", "", "a..b@libre.example.fr"),
            ("<name.@libre.example.fr>", "", "name.@libre.example.fr"),
            ("\"a b\"@example.org", "", "\"a b\"@example.org"),
            ("<\"a b\"@example.org>", "", "\"a b\"@example.org"),
            ("Jeanne jeanne@example.fr", "Jeanne", "jeanne@example.fr"),
            ("Jeanne <jeanne@example.fr", "Jeanne", "jeanne@example.fr"),
            ("\"Jeanne <jeanne@example.fr>", "\"Jeanne", "jeanne@example.fr"),
            ("<mailto:jeanne@example.fr>", "", "jeanne@example.fr"),
            ("<@relay.example.org,@b:jeanne@example.fr>", "", "jeanne@example.fr"),
            ("Mail Delivery System <MAILER-DAEMON>", "Mail Delivery System", "MAILER-DAEMON"),
            ("MAILER-DAEMON (Mail Delivery System)", "Mail Delivery System", "MAILER-DAEMON"),
            ("'Jeanne' <jeanne @ example.fr>", "Jeanne'", "jeanne@example.fr"),
            ("jeanne@example.fr <jeanne@example.fr>", "jeanne@example.fr", "jeanne@example.fr"),
        ];
        for (raw, name, email) in cases {
            assert_eq!(read(raw), [(name.to_owned(), email.to_owned())], "{raw}");
        }
    }

    #[test]
    fn lists_and_groups() {
        let emails = |raw| read(raw).into_iter().map(|(_, email)| email).collect::<Vec<_>>();
        assert_eq!(
            emails("a@x.example.fr, \"b, c\" <b@x.example.fr>,, c@x.example.fr"),
            ["a@x.example.fr", "b@x.example.fr", "c@x.example.fr"]
        );
        assert_eq!(
            emails("Bureau: a@x.example.fr, B <b@x.example.fr>;, c@x.example.fr"),
            ["a@x.example.fr", "b@x.example.fr", "c@x.example.fr"]
        );
        assert_eq!(emails("undisclosed-recipients:;"), [""; 0]);
        assert_eq!(emails("Jeanne sans adresse"), [""; 0]);
        assert_eq!(emails("<>"), [""; 0]);
    }

    #[test]
    fn a_hostile_field_costs_only_its_length() {
        assert!(list("\"".repeat(200_000).as_bytes()).is_empty());
        assert!(list("(".repeat(200_000).as_bytes()).is_empty());
        assert_eq!(list("a@b,".repeat(200_000).as_bytes()).len(), super::ADDRESSES);
        let long = list(format!("<{}@example.fr>", "é".repeat(100_000)).as_bytes());
        assert_eq!(long[0].email.len(), super::ADDRESS_OCTETS);
    }
}
