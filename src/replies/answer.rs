//! Model answers: texts that an agent may send, named by their file, `templates/answer/NAME.LANGUAGE.hbs`.

use std::path::Path;

use serde_json::json;

use super::template::Template;
use crate::config::Problems;

/// The name of a model answer whose file is sound: it compiles, and uses nothing but these variables.
pub fn answer_name(path: &Path, content: &str, problems: &mut Problems) -> Option<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let [name, _, "hbs"] = name.split('.').collect::<Vec<_>>()[..] else {
        problems.add(
            path,
            0,
            "le nom d'une réponse type est « nom.langue.hbs », par exemple « ailleurs-mairie.fr.hbs »",
        );
        return None;
    };
    let sample = json!({ "case": { "reference": "2026-000001" }, "prefecture": { "name": "Préfecture" } });
    Template::compile(path, content, &sample, problems).map(|_| name.to_owned())
}
