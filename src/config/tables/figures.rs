//! `[figures]` and `[[target]]`: what is to be reached, how a gap is told, and what is done with the figures.

use crate::{
    config::{
        Figures,
        section::Section,
        shape::{colour, list, page, whole, word},
    },
    indicators::{Figure, Indicator, Target, Targets},
};

/// `[figures]`
pub(in crate::config) fn figures(from: &mut Section<'_>, targets: Vec<Target>) -> Option<Figures> {
    let standard = Targets::default();
    let gaps = from.or("gaps", list(whole::<u16>(1, 1000)), standard.gaps.map(|gap| gap as u16).to_vec());
    let colours = from.or("colours", list(colour()), standard.colours.to_vec());
    let survey = from.or("survey", page(), String::new());
    let publish_after_days = from.or("publish_after_days", whole(0, 60), Figures::STANDARD_PUBLISHED);
    let (gaps, colours) = (gaps?, colours?);
    let gaps = match gaps[..] {
        [near, far] if near < far => [f64::from(near), f64::from(far)],
        _ => {
            from.tell("gaps", "« gaps » nomme deux écarts, du plus petit au plus grand, par exemple [25, 50]");
            return None;
        }
    };
    let Ok(colours) = <[String; 4]>::try_from(colours) else {
        from.tell("colours", "« colours » nomme quatre couleurs, de la meilleure à la pire");
        return None;
    };
    Some(Figures {
        targets: Targets { all: targets, gaps, colours },
        survey: survey?,
        publish_after_days: publish_after_days?,
    })
}

/// `[[target]]`: a rate in percent, or a mean delay in working days.
pub(in crate::config) fn target(from: &mut Section<'_>) -> Option<Target> {
    let measured =
        Indicator::all().filter(|one| !matches!(Figure::empty(*one), Figure::Count { .. } | Figure::Volume { .. }));
    let keys: Vec<_> = measured.map(|one| (one.key(), one)).collect();
    let indicator: Option<Indicator> = from.required("indicator", word(keys));
    let percent = from.optional("percent", whole::<u16>(1, 100));
    let days = from.optional("working_days", whole::<u16>(0, 250));
    let (percent, days) = (percent?, days?);
    let rate = matches!(Figure::empty(indicator?), Figure::Rate { .. });
    let value = match (rate, percent, days) {
        (true, Some(percent), None) => percent,
        (false, None, Some(days)) => days,
        (true, ..) => {
            from.tell("indicator", "cet indicateur est un taux : donnez « percent » (et pas « working_days »)");
            return None;
        }
        (false, ..) => {
            from.tell("indicator", "cet indicateur est un délai : donnez « working_days » (et pas « percent »)");
            return None;
        }
    };
    Some(Target { indicator: indicator?, value: f64::from(value) })
}
