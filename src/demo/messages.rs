//! Delivers the mail of the demonstration into its Maildirs.

use std::{
    fs::{self, File, FileTimes},
    path::Path,
    time::SystemTime,
};

use anyhow::Context;
use include_dir::{Dir, include_dir};
use jiff::{Timestamp, ToSpan, civil::Time, fmt::rfc2822, tz::TimeZone};
use serde::Deserialize;

static MESSAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo/messages");
const LIST: &str = include_str!("../../demo/messages.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    message: Vec<Entry>,
}

/// One line of `demo/messages.toml`, where the keys are explained.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    mailbox: String,
    file: String,
    days_ago: i64,
    at: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    pad_bytes: usize,
}

const fn once() -> u32 {
    1
}

/// Writes every message below `root`, one Maildir a mailbox.
pub(super) fn deliver(root: &Path, now: Timestamp) -> anyhow::Result<()> {
    let list: List = toml::from_str(LIST).context("demo/messages.toml")?;
    let zone = TimeZone::get("Europe/Paris").context("le fuseau Europe/Paris")?;
    let today = now.to_zoned(zone.clone()).date();
    for (index, entry) in list.message.iter().enumerate() {
        let file = MESSAGES.get_file(&entry.file).with_context(|| format!("demo/messages/{}", entry.file))?;
        let time: Time = entry.at.parse().with_context(|| format!("demo/messages.toml, at = {:?}", entry.at))?;
        let day = today.checked_sub(entry.days_ago.days())?;
        // A demonstration that starts before dawn has had no mail of the morning yet.
        let received = day.to_datetime(time).to_zoned(zone.clone())?.timestamp().min(now);
        let date = rfc2822::to_string(&received.to_zoned(zone.clone()))?;
        for number in 1..=entry.times {
            let bytes = replace(file.contents(), b"@DATE@", date.as_bytes());
            let bytes = replace(&bytes, b"@N@", number.to_string().as_bytes());
            let bytes = replace(&bytes, b"@PAD@", &padding(entry.pad_bytes));
            for mailbox in std::iter::once(&entry.mailbox).chain(&entry.also) {
                let name = format!("{}.{index:03}-{number:02}.demo", received.as_second());
                write(&root.join(mailbox), &name, &bytes, received)?;
            }
        }
    }
    Ok(())
}

fn write(maildir: &Path, name: &str, bytes: &[u8], received: Timestamp) -> anyhow::Result<()> {
    for folder in ["tmp", "new", "cur"] {
        fs::create_dir_all(maildir.join(folder))?;
    }
    let path = maildir.join("new").join(name);
    fs::write(&path, bytes)?;
    // The reception of a Maildir message is the time of its file.
    let time = SystemTime::from(received);
    File::options().write(true).open(&path)?.set_times(FileTimes::new().set_modified(time).set_accessed(time))?;
    Ok(())
}

/// Octets, not text: one of the messages is no text at all.
fn replace(bytes: &[u8], mark: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(by);
        rest = &rest[at + mark.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Lines of base64 that decode to `octets`.
fn padding(octets: usize) -> Vec<u8> {
    const LINE: &[u8] = b"UmVsZXZlIFJlbGV2ZSBSZWxldmUgUmVsZXZlIFJlbGV2ZSBSZWxldmUgUmVsZXZlIFJlbGV2ZSBS\n";
    let per_line = (LINE.len() - 1) / 4 * 3;
    LINE.repeat(octets.div_ceil(per_line))
}
