//! `releve run`

use std::{path::Path, process::ExitCode, sync::Arc};

use crate::{clock::SystemClock, lifecycle};

pub(super) async fn run(folder: &Path) -> anyhow::Result<ExitCode> {
    let signals = lifecycle::Signals::listen()?;
    let policy = super::load(folder)?;
    lifecycle::run(folder, policy, Arc::new(SystemClock), signals).await?;
    Ok(ExitCode::SUCCESS)
}
