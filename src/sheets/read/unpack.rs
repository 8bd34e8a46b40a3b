//! What a zip is, and whether it may be unpacked. Looked at before any reader is.

use std::io::{BufReader, Cursor, Read};

use quick_xml::{Reader, events::Event};
use zip::ZipArchive;

use super::super::error::Unreadable;
use super::MAX_CELLS;

/// Which kind of workbook.
#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

/// The kind of a zip, by what is in it. Refuses what would be too large once unpacked: by the sizes that its directory
/// says, then by unpacking everything into nothing, as a directory can lie.
///
/// `limit`: octets that everything may have together.
pub(super) fn kind(bytes: &[u8], limit: u64) -> Result<Kind, Unreadable> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let said = (0..zip.len()).map(|i| zip.by_index_raw(i).map(|file| file.size()));
    let said = said.collect::<Result<Vec<_>, _>>().map_err(|_| Unreadable::Damaged)?;
    if said.into_iter().map(u128::from).sum::<u128>() > u128::from(limit) {
        return Err(Unreadable::Bomb);
    }
    let (mut left, mut kind) = (limit, None);
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).map_err(|_| Unreadable::Damaged)?;
        let name = file.name().map_err(|_| Unreadable::Damaged)?.to_ascii_lowercase();
        let head = head(&mut file, &name)?;
        let rest = std::io::copy(&mut file.by_ref().take(left + 1), &mut std::io::sink());
        let size = rest.map_err(|_| Unreadable::Damaged)?.saturating_add(head.length);
        left = left.checked_sub(size).ok_or(Unreadable::Bomb)?;
        if head.shared_strings > MAX_CELLS as u64 {
            return Err(Unreadable::Damaged);
        }
        kind = kind.or(head.kind);
    }
    kind.ok_or(Unreadable::Foreign)
}

/// What the beginning of a file in the zip says.
#[derive(Default)]
struct Head {
    length: u64,
    kind: Option<Kind>,
    shared_strings: u64,
}

fn head(file: &mut impl Read, name: &str) -> Result<Head, Unreadable> {
    let mut head = Head::default();
    if name == "mimetype" {
        let mut text = Vec::new();
        file.take(100).read_to_end(&mut text).map_err(|_| Unreadable::Damaged)?;
        head.length = text.len() as u64;
        let ods = text.starts_with(b"application/vnd.oasis.opendocument.spreadsheet");
        head.kind = ods.then_some(Kind::Ods);
    } else if name.ends_with("workbook.xml") || name.starts_with("xl/worksheets/") && name.ends_with(".xml") {
        head.kind = Some(Kind::Xlsx);
    } else if name.ends_with("sharedstrings.xml") {
        let mut start = Vec::new();
        file.take(64 << 10).read_to_end(&mut start).map_err(|_| Unreadable::Damaged)?;
        head.length = start.len() as u64;
        head.shared_strings = shared_strings(&start);
    } else if name == "meta-inf/manifest.xml" {
        let mut text = Vec::new();
        file.take(1 << 20).read_to_end(&mut text).map_err(|_| Unreadable::Damaged)?;
        head.length = text.len() as u64;
        let secret = b"manifest:encryption-data";
        if text.windows(secret.len()).any(|window| window == secret) {
            return Err(Unreadable::Locked);
        }
    }
    Ok(head)
}

/// How many shared strings a file promises. calamine (0.38) makes room for all of them at once: a number without
/// strings behind it would end the process, and no `catch_unwind` helps against that.
fn shared_strings(start: &[u8]) -> u64 {
    let mut reader = Reader::from_reader(BufReader::new(start));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(e) | Event::Empty(e)) if e.local_name().as_ref() == "sst" => {
                // Twice the same attribute: whichever of them would be taken.
                let mut attributes = e.attributes();
                let counts = attributes.with_checks(false).flatten().filter(|a| a.key.as_ref() == "uniqueCount");
                return counts.filter_map(|a| a.value.trim().parse().ok()).max().unwrap_or(0);
            }
            // Without a beginning in sight it is no list of strings.
            Ok(Event::Eof) | Err(_) => return if start.is_empty() { 0 } else { u64::MAX },
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn what_is_too_large_unpacked_is_refused_whatever_the_directory_says() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(format!("<sst uniqueCount=\"1\">{}</sst>", " ".repeat(200_000)).as_bytes()).unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 2_000, "{}", bytes.len());
        assert_eq!(kind(&bytes, 500_000), Ok(Kind::Xlsx));
        assert_eq!(kind(&bytes, 400_000), Err(Unreadable::Bomb));
        // The directory says that the second has ten octets (offset 24 of its entry).
        let entry = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        bytes[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
        assert!(matches!(kind(&bytes, 400_000), Err(Unreadable::Bomb | Unreadable::Damaged)));
    }
}
