//! Walks a compiled template. Handlebars' own strict mode lets a misspelt name inside `{{#if}}` pass as false
//! (sunng87/handlebars-rust#579) and prints nothing for an empty value; these two walks let neither through.
//!
//! Only expressions with a name, `{{#if name}}` and `{{#unless name}}` are allowed: a template is a text with gaps, and an
//! agent must be able to read it.

use handlebars::{
    Path, Template,
    template::{HelperTemplate, Parameter, TemplateElement},
};
use serde_json::Value;

/// What a template may hold.
const ONLY_GAPS: &str = "cette expression n'est pas permise : un modèle ne contient que {{nom}}, {{#if nom}} et {{#unless nom}}, avec un nom de variable";

/// Every fault of a template whose variables are those of `sample`: line, and what to do.
pub(super) fn unknown_names(template: &Template, sample: &Value) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    visit(template, &mut |line, element| {
        let allowed = |name: &Parameter| variable(name).filter(|name| lookup(sample, name).is_some()).is_some();
        match element {
            TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => {
                if !tag.params.is_empty() || !tag.hash.is_empty() || variable(&tag.name).is_none() {
                    faults.push((line, ONLY_GAPS.to_owned()));
                } else if !allowed(&tag.name) {
                    faults.push((line, unknown(&shown(&tag.name), sample)));
                }
            }
            TemplateElement::HelperBlock(tag) => match condition(tag) {
                Some((_, name)) if allowed(name) => {}
                Some((_, name)) if variable(name).is_none() => faults.push((line, ONLY_GAPS.to_owned())),
                Some((_, name)) => faults.push((line, unknown(&shown(name), sample))),
                None => faults.push((
                    line,
                    format!(
                        "« {{{{#{}}}}} » n'est pas permis ici ; seuls {{{{#if nom}}}} et {{{{#unless nom}}}} le sont",
                        shown(&tag.name)
                    ),
                )),
            },
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            _ => faults.push((line, "les fragments et décorateurs ({{> …}}, {{* …}}) ne sont pas permis".to_owned())),
        }
        Descend::Everywhere
    });
    faults
}

/// Every expression that prints nothing with these values: line and name. Only the branches that the values choose count.
pub(super) fn empty_names(template: &Template, values: &Value) -> Vec<(usize, String)> {
    let mut holes = Vec::new();
    visit(template, &mut |line, element| match element {
        TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => {
            let name = shown(&tag.name);
            if !lookup(values, &name).is_some_and(prints) {
                holes.push((line, name));
            }
            Descend::Everywhere
        }
        TemplateElement::HelperBlock(tag) => match condition(tag) {
            Some((wanted, name)) => {
                let truth = lookup(values, &shown(name)).is_some_and(truthy);
                if truth == wanted { Descend::Main } else { Descend::Inverse }
            }
            None => Descend::Everywhere,
        },
        _ => Descend::Everywhere,
    });
    holes
}

/// The names that a template prints whatever the values are: those outside every condition.
pub(super) fn certain_names(template: &Template) -> Vec<String> {
    let tags = template.elements.iter().filter_map(|element| match element {
        TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => Some(shown(&tag.name)),
        _ => None,
    });
    tags.collect()
}

/// Every name that a template prints or asks about.
pub(super) fn names(template: &Template) -> Vec<String> {
    let mut names = Vec::new();
    visit(template, &mut |_, element| {
        match element {
            TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => names.push(shown(&tag.name)),
            TemplateElement::HelperBlock(tag) => names.extend(condition(tag).map(|(_, name)| shown(name))),
            _ => {}
        }
        Descend::Everywhere
    });
    names
}

/// Which branches of a block to walk.
enum Descend {
    Everywhere,
    Main,
    Inverse,
}

fn visit(template: &Template, see: &mut impl FnMut(usize, &TemplateElement) -> Descend) {
    for (index, element) in template.elements.iter().enumerate() {
        let line = template.mapping.get(index).map_or(1, |mapping| mapping.0);
        let descend = see(line, element);
        if let TemplateElement::HelperBlock(tag) = element {
            if !matches!(descend, Descend::Inverse) {
                tag.template.iter().for_each(|branch| visit(branch, see));
            }
            if !matches!(descend, Descend::Main) {
                tag.inverse.iter().for_each(|branch| visit(branch, see));
            }
        }
    }
}

/// The truth that a block waits for, and the name that it asks; `None` when it is not a condition.
fn condition(tag: &HelperTemplate) -> Option<(bool, &Parameter)> {
    let wanted = match tag.name.as_name()? {
        "if" => true,
        "unless" => false,
        _ => return None,
    };
    match tag.params.as_slice() {
        [name] if tag.hash.is_empty() => Some((wanted, name)),
        _ => None,
    }
}

/// The variable that a parameter names.
fn variable(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) => Some(name),
        Parameter::Path(Path::Relative((_, raw))) => Some(raw),
        _ => None,
    }
}

fn shown(parameter: &Parameter) -> String {
    variable(parameter).map_or_else(|| format!("{parameter:?}"), str::to_owned)
}

fn lookup<'a>(values: &'a Value, name: &str) -> Option<&'a Value> {
    name.split('.').try_fold(values, |value, key| value.get(key)).filter(|value| !value.is_object())
}

/// Whether a value leaves something on the page.
fn prints(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) => true,
        _ => false,
    }
}

/// Handlebars' own idea of truth, for the values that we hand over.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => false,
    }
}

fn unknown(found: &str, sample: &Value) -> String {
    let mut known = Vec::new();
    known_names(sample, "", &mut known);
    let nearest = known
        .iter()
        .map(|name| (strsim::jaro_winkler(found, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, name)) => format!("variable inconnue « {found} ». Vouliez-vous dire « {name} » ?"),
        None => format!("variable inconnue « {found} » ; variables possibles : {}", known.join(", ")),
    }
}

fn known_names(value: &Value, prefix: &str, known: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                known_names(value, &name, known);
            }
        }
        _ => known.push(prefix.to_owned()),
    }
}
