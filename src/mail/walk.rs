//! The parts of a message, walked once, outside in: what is text, what is attached, what a report brings back.
//!
//! An outer boundary always ends an inner part, so a message cut in the middle loses nothing that is there. Embedded
//! messages are attachments; only their ids and, for the case that nothing else was written, their text are looked at.

use sha2::{Digest, Sha256};

use super::body::{Body, Piece};
use super::fields::{Split, take_line, trim_end};
use super::ids::{self, Reported};
use super::parameters::Parameters;
use super::{Attachment, Delivered, Limits, charset, encoded_word, flowed, plain, transfer};

/// Nesting that no setting may exceed: every level takes a piece of the stack.
const DEEPEST: usize = 100;
/// Attachments and part types listed of one message.
const LISTED: usize = 1_000;
/// Octets of a file name.
const NAME_OCTETS: usize = 255;

/// The parts are nested deeper than [`Limits::depth`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep;

/// What the walk gathers besides the text.
#[derive(Debug)]
pub(super) struct Walk<'l> {
    limits: &'l Limits,
    pub(super) part_types: Vec<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) reported: Reported,
    /// What a delivery report says of each recipient.
    pub(super) delivered: Vec<Delivered>,
    /// The text of the first embedded message.
    pub(super) embedded: Option<Body>,
    /// Whether some part was taken as text already.
    found_text: bool,
    /// What is looked for besides.
    pub(super) sought: Sought,
}

/// What one walk is made for, besides what every walk gathers.
#[derive(Debug, Default)]
pub(super) struct Sought {
    /// The digest of an attachment whose octets are wanted.
    pub(super) digest: Option<String>,
    /// Its octets, once they were met.
    pub(super) octets: Option<Vec<u8>>,
    /// Whether the markup of the message is wanted.
    pub(super) markup: bool,
    /// The markup that was met, part by part.
    pub(super) parts: Vec<String>,
}

/// Where a part stands, which decides what an unmarked text part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Among,
    Alternative,
    /// Beside the root of a `multipart/related`: an image, a style sheet.
    Beside,
}

impl<'l> Walk<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            part_types: Vec::new(),
            attachments: Vec::new(),
            reported: Reported::default(),
            delivered: Vec::new(),
            embedded: None,
            found_text: false,
            sought: Sought::default(),
        }
    }

    /// A walk that looks for something.
    pub(super) fn seeking(limits: &'l Limits, sought: Sought) -> Self {
        Self { sought, ..Self::new(limits) }
    }

    /// Walks a whole message whose header is split already; `depth` is how deep it lies itself.
    pub(super) fn message(&mut self, split: &Split<'_>, depth: usize) -> Result<Body, TooDeep> {
        self.part(split, Place::Root, "text/plain", depth)
    }

    fn part(&mut self, split: &Split<'_>, place: Place, default: &str, depth: usize) -> Result<Body, TooDeep> {
        if depth > self.limits.depth.min(DEEPEST) {
            return Err(TooDeep);
        }
        let mut kind = Parameters::read(split.get("Content-Type").unwrap_or_default());
        if !kind.value.contains('/') {
            kind.value = if kind.value == "text" { "text/plain" } else { default }.to_owned();
        }
        if self.part_types.len() < LISTED {
            self.part_types.push(kind.value.clone());
        }
        let leaf = Leaf { split, kind: &kind, place };
        if let Some(subtype) = kind.value.strip_prefix("multipart/") {
            let children = children(split.body, kind.get("boundary"));
            if !children.is_empty() {
                return self.multipart(&kind, subtype, &children, place, depth);
            }
            return Ok(self.text(&leaf, Piece::Plain));
        }
        match kind.value.as_str() {
            "message/rfc822" | "message/global" | "message/news" => {
                self.embedded_message(&leaf, depth)?;
                Ok(Body::default())
            }
            "text/plain" | "text/html" | "application/xhtml+xml" | "text/enriched" | "text/richtext" => {
                Ok(self.text_part(&leaf))
            }
            "text/x-amp-html" | "text/watch-html" => Ok(Body::default()),
            _ => {
                self.other(&leaf);
                Ok(Body::default())
            }
        }
    }

    fn multipart(
        &mut self,
        kind: &Parameters,
        subtype: &str,
        children: &[&[u8]],
        place: Place,
        depth: usize,
    ) -> Result<Body, TooDeep> {
        let default = if subtype == "digest" { "message/rfc822" } else { "text/plain" };
        let start = kind.get("start").unwrap_or_default().to_owned();
        let splits: Vec<Split<'_>> = children.iter().map(|child| Split::new(child)).collect();
        let root = splits.iter().position(|split| {
            let id = split.get("Content-ID").map(encoded_word::unstructured).unwrap_or_default();
            !start.is_empty() && id == start
        });
        let mut bodies = Vec::with_capacity(splits.len().min(LISTED));
        for (index, split) in splits.iter().enumerate() {
            let place = match subtype {
                "alternative" => Place::Alternative,
                "related" if index != root.unwrap_or(0) => Place::Beside,
                "related" => {
                    if place == Place::Root {
                        Place::Among
                    } else {
                        place
                    }
                }
                _ if place == Place::Beside => Place::Beside,
                _ => Place::Among,
            };
            let body = self.part(split, place, default, depth + 1)?;
            bodies.push(body);
        }
        // A root that says nothing, while another part before it does: what a person wrote is read, whatever is called the root.
        if subtype == "related"
            && let Some(named) = root.filter(|named| *named > 0)
            && !bodies[named].says_something(self.limits)
        {
            bodies[named] = self.part(&splits[0], Place::Among, default, depth + 1)?;
        }
        if subtype == "alternative" {
            return Ok(Body::best_of(bodies));
        }
        Ok(bodies.into_iter().fold(Body::default(), |mut all, body| {
            all.append(body);
            all
        }))
    }

    /// A part of a type that may be the text of the message or a file beside it.
    fn text_part(&mut self, leaf: &Leaf<'_, '_>) -> Body {
        let attached = match leaf.place {
            Place::Root => false,
            Place::Beside => true,
            Place::Alternative => leaf.is_marked_attachment(),
            Place::Among => leaf.is_marked_attachment() || self.found_text && !leaf.file_name().is_empty(),
        };
        if attached {
            self.attach(leaf, &leaf.octets(), leaf.file_name());
            return Body::default();
        }
        let limit = self.limits.html;
        match leaf.kind.value.as_str() {
            "text/plain" => {
                let is_flowed = leaf.kind.get("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
                let delete = leaf.kind.get("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
                self.text(leaf, |text| Piece::Plain(if is_flowed { flowed::unwrap(&text, delete) } else { text }))
            }
            _ => {
                let mut met = None;
                let wanted = self.sought.markup;
                let body = self.text(leaf, |mut markup| {
                    plain::truncate(&mut markup, limit);
                    met = wanted.then(|| markup.clone());
                    Piece::Html(markup)
                });
                self.sought.parts.extend(met);
                body
            }
        }
    }

    fn text(&mut self, leaf: &Leaf<'_, '_>, piece: impl FnOnce(String) -> Piece) -> Body {
        self.found_text = true;
        let octets = leaf.octets();
        // A character is four octets at most: nothing beyond could be kept.
        let octets = &octets[..octets.len().min(self.limits.text.saturating_mul(4).max(self.limits.html))];
        Body::of(piece(charset::decode(octets, leaf.kind.get("charset")).into_owned()))
    }

    fn embedded_message(&mut self, leaf: &Leaf<'_, '_>, depth: usize) -> Result<(), TooDeep> {
        let octets = leaf.octets();
        let split = Split::new(&octets);
        let mut name = leaf.file_name();
        if name.is_empty() {
            let subject = split.get("Subject").map(encoded_word::unstructured).unwrap_or_default();
            name = if subject.is_empty() { "message.eml".to_owned() } else { format!("{subject}.eml") };
        }
        self.attach(leaf, &octets, name);
        self.report_fields(&split);
        let mut inner = Walk::new(self.limits);
        let body = inner.message(&split, depth + 1)?;
        inner.reported.0.into_iter().for_each(|id| self.reported.add(id.as_bytes()));
        self.embedded.get_or_insert(body);
        Ok(())
    }

    /// A part that is never text: a file, or the machine-readable half of a report.
    fn other(&mut self, leaf: &Leaf<'_, '_>) {
        let octets = leaf.octets();
        match leaf.kind.value.as_str() {
            "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers" => {
                self.report_fields(&Split::new(&octets));
            }
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/disposition-notification"
            | "message/global-disposition-notification"
            | "message/feedback-report" => {
                // One block of fields for the message, one for each recipient.
                let mut rest = octets.as_ref();
                while !rest.is_empty() {
                    let split = Split::new(rest);
                    self.report_fields(&split);
                    self.delivered.extend(delivered(&split).filter(|_| self.delivered.len() < LISTED));
                    rest = if split.body.len() < rest.len() { split.body } else { take_line(rest).1 };
                }
            }
            _ => {}
        }
        self.attach(leaf, &octets, leaf.file_name());
    }

    fn report_fields(&mut self, split: &Split<'_>) {
        for field in split.fields.iter().filter(|field| ids::names_an_original(field.name)) {
            self.reported.add(field.value);
        }
    }

    fn attach(&mut self, leaf: &Leaf<'_, '_>, octets: &[u8], name: String) {
        if self.attachments.len() < LISTED {
            let digest = hexadecimal(&Sha256::digest(octets));
            if self.sought.octets.is_none() && self.sought.digest.as_ref() == Some(&digest) {
                self.sought.octets = Some(octets.to_vec());
            }
            let (content_type, size) = (leaf.kind.value.clone(), octets.len() as u64);
            self.attachments.push(Attachment { name, content_type, size, digest });
        }
    }
}

/// A part without parts.
struct Leaf<'s, 'a> {
    split: &'s Split<'a>,
    kind: &'s Parameters,
    place: Place,
}

impl Leaf<'_, '_> {
    fn octets(&self) -> std::borrow::Cow<'_, [u8]> {
        let encoding = self.split.get("Content-Transfer-Encoding").unwrap_or_default();
        let encoding = String::from_utf8_lossy(encoding);
        transfer::decode(self.split.body, encoding.split(';').next().unwrap_or_default().trim())
    }

    fn disposition(&self) -> Parameters {
        self.split.get("Content-Disposition").map(Parameters::read).unwrap_or_default()
    }

    fn is_marked_attachment(&self) -> bool {
        self.disposition().value == "attachment"
    }

    /// The file name without any path, or empty.
    fn file_name(&self) -> String {
        let disposition = self.disposition();
        let written = disposition.get("filename").or_else(|| self.kind.get("name")).unwrap_or_default();
        let mut name = plain::one_line(written.rsplit(['/', '\\']).next().unwrap_or_default()).trim().to_owned();
        plain::truncate(&mut name, NAME_OCTETS);
        name
    }
}

/// The parts between the lines `--boundary`. Without a boundary parameter, the first line that looks like one.
fn children<'a>(body: &'a [u8], boundary: Option<&str>) -> Vec<&'a [u8]> {
    let boundary = match boundary.map(str::trim_end).filter(|boundary| !boundary.is_empty()) {
        Some(boundary) => boundary.as_bytes(),
        None => match guessed_boundary(body) {
            Some(boundary) => boundary,
            None => return Vec::new(),
        },
    };
    let mut parts = Vec::new();
    let (mut start, mut at) = (None, 0);
    while at < body.len() {
        let line = take_line(&body[at..]).0;
        if let Some(last) = delimits(line, boundary) {
            if let Some(start) = start {
                parts.push(without_line_end(&body[start..at]));
            }
            start = (!last).then_some(at + line.len());
            if last {
                return parts;
            }
        }
        at += line.len();
    }
    parts.extend(start.map(|start| &body[start..]));
    parts
}

/// Whether `line` is a delimiter, and if so whether it is the closing one.
fn delimits(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    match trim_end(rest) {
        b"" => Some(false),
        rest => rest.starts_with(b"--").then_some(true),
    }
}

fn guessed_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body;
    for _ in 0..100 {
        let (line, after) = take_line(rest);
        let candidate = line.strip_prefix(b"--").map(trim_end).unwrap_or_default();
        if candidate.len() >= 6 && !candidate.contains(&b' ') && candidate.iter().any(|octet| *octet != b'-') {
            return Some(candidate);
        }
        rest = after;
    }
    None
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    use std::fmt::Write as _;
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut out, octet| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{octet:02x}");
        out
    })
}

/// What one block of a delivery report says, if it is about a recipient.
fn delivered(block: &Split<'_>) -> Option<Delivered> {
    let field = |name: &str| block.get(name).map(|raw| encoded_word::unstructured(raw).to_lowercase());
    let action = field("Action")?;
    let action = action.trim().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_owned();
    // « rfc822; jeanne@example.fr »
    let named = field("Original-Recipient").or_else(|| field("Final-Recipient")).unwrap_or_default();
    let recipient = named.rsplit(';').next().unwrap_or_default().trim().trim_matches(['<', '>']).to_owned();
    Some(Delivered { recipient, action })
}
