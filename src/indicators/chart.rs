//! Charts as SVG, made here: nothing runs in the browser. Each has a title and a description for those who do not see it, and
//! stands beside the table of its values. Series differ by their stroke and their marks, not by colour alone.

use std::fmt::Write as _;

use super::french::decimal;

/// Size of the drawing, in its own units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 34.0;

/// Ink of the series, the most important first. All reach 4.5 : 1 on white.
const INKS: [&str; 4] = ["#1f4e8c", "#7a3e00", "#2f6b2f", "#6b2f6b"];

/// One series.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A value for each label; `None`: there is none, and the line is interrupted.
    pub values: Vec<Option<f64>>,
}

/// A chart over months.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Unique on its page: begins the names of its parts.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The same in a sentence or two, with the values that matter.
    pub description: String,
    /// Under the axis.
    pub labels: Vec<String>,
    /// At most four.
    pub series: Vec<Series>,
    /// What stands behind the numbers of the axis: `%`, or nothing.
    pub unit: &'static str,
    /// The end of the axis; `None`: somewhat above the largest value.
    pub most: Option<f64>,
    /// A line across, with its name: the target.
    pub target: Option<(f64, String)>,
}

impl Chart {
    /// Lines from month to month.
    pub fn lines(&self) -> String {
        self.drawn(|svg, number, series, scale| {
            let ink = INKS[number % INKS.len()];
            let dashes =
                ["", " stroke-dasharray=\"7 4\"", " stroke-dasharray=\"2 3\"", " stroke-dasharray=\"9 3 2 3\""];
            let points: Vec<_> = series
                .values
                .iter()
                .enumerate()
                .map(|(at, value)| value.map(|value| (scale.x(at), scale.y(value))))
                .collect();
            for run in points.split(Option::is_none).filter(|run| run.len() > 1) {
                let run: Vec<_> = run.iter().flatten().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
                let dash = dashes[number % dashes.len()];
                let _ = write!(
                    svg,
                    "<polyline fill=\"none\" stroke=\"{ink}\" stroke-width=\"2.5\"{dash} points=\"{}\"/>",
                    run.join(" ")
                );
            }
            for (x, y) in points.into_iter().flatten() {
                svg.push_str(&mark(number, x, y, ink));
            }
        })
    }

    /// Bars side by side in each month.
    pub fn bars(&self) -> String {
        self.drawn(|svg, number, series, scale| {
            let width = (scale.step() * 0.8) / self.series.len().max(1) as f64;
            for (at, value) in series.values.iter().enumerate() {
                let Some(value) = value.filter(|value| *value > 0.0) else { continue };
                let x = scale.x(at) - scale.step() * 0.4 + width * number as f64;
                let y = scale.y(value);
                let _ = write!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{ink}\" fill-opacity=\"{}\" stroke=\"{ink}\"/>",
                    width - 1.0,
                    HEIGHT - BOTTOM - y,
                    [1.0, 0.15, 0.5, 0.3][number % 4],
                    ink = INKS[number % INKS.len()],
                );
            }
        })
    }

    fn drawn(&self, draw: impl Fn(&mut String, usize, &Series, &Scale)) -> String {
        let values = self.series.iter().flat_map(|series| series.values.iter().flatten().copied());
        let largest = values.chain(self.target.iter().map(|(value, _)| *value)).fold(0.0, f64::max);
        let step = self.most.map_or_else(|| round(largest), |most| most / 4.0);
        let scale = Scale { most: step * 4.0, labels: self.labels.len() };
        let id = escaped(&self.id);
        let mut svg = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"#1d2330\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escaped(&self.title),
            escaped(&self.description)
        );
        for number in 0..=4 {
            let value = step * f64::from(number);
            let y = scale.y(value);
            let text = if value.fract() == 0.0 { decimal(value, 0) } else { decimal(value, 1) };
            let unit = if self.unit.is_empty() { String::new() } else { format!("\u{a0}{}", self.unit) };
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#c9cdd6\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}{unit}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                y + 4.0
            );
        }
        // Where there are many months, not each can be named.
        let every = self.labels.len().div_ceil(12).max(1);
        for (at, label) in self.labels.iter().enumerate().filter(|(at, _)| at % every == 0) {
            let (x, y) = (scale.x(at), HEIGHT - BOTTOM + 18.0);
            let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>", escaped(label));
        }
        for (number, series) in self.series.iter().enumerate() {
            draw(&mut svg, number, series, &scale);
        }
        if let Some((value, name)) = &self.target {
            let y = scale.y(*value);
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#1d2330\" stroke-width=\"1.5\" stroke-dasharray=\"4 4\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                WIDTH - RIGHT,
                y - 5.0,
                escaped(name)
            );
        }
        let mut x = LEFT;
        for (number, series) in self.series.iter().enumerate() {
            svg.push_str(&mark(number, x + 6.0, 14.0, INKS[number % INKS.len()]));
            let _ = write!(svg, "<text x=\"{:.1}\" y=\"18\">{}</text>", x + 16.0, escaped(&series.name));
            x += 40.0 + 6.6 * series.name.chars().count() as f64;
        }
        svg.push_str("</svg>");
        svg
    }
}

/// Where values and labels stand.
struct Scale {
    most: f64,
    labels: usize,
}

impl Scale {
    fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.labels.max(1) as f64
    }

    fn x(&self, at: usize) -> f64 {
        LEFT + self.step() * (at as f64 + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        let share = if self.most > 0.0 { (value / self.most).clamp(0.0, 1.0) } else { 0.0 };
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }
}

/// A mark of its own for each series.
fn mark(number: usize, x: f64, y: f64, ink: &str) -> String {
    match number % 4 {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{ink}\"/>"),
        1 => format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\" fill=\"#fff\" stroke=\"{ink}\" stroke-width=\"2\"/>",
            x - 4.0,
            y - 4.0
        ),
        2 => format!("<path d=\"M{x:.1} {:.1}l5 9h-10z\" fill=\"{ink}\"/>", y - 6.0),
        _ => format!(
            "<path d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5z\" fill=\"#fff\" stroke=\"{ink}\" stroke-width=\"2\"/>",
            y - 5.0
        ),
    }
}

/// A quarter of the axis: 1, 2, 2,5 or 5 times a power of ten, so that four of them hold the largest value.
fn round(largest: f64) -> f64 {
    let quarter = (largest / 4.0).max(0.25);
    let power = 10_f64.powf(quarter.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= quarter).unwrap_or(quarter)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[Option<f64>]) -> Chart {
        Chart {
            id: "c".into(),
            title: "Taux <de> réponse".into(),
            description: "Deux mois".into(),
            labels: vec!["JANV.".into(), "FÉVR.".into(), "MARS".into()],
            series: vec![Series { name: "2026".into(), values: values.to_vec() }],
            unit: "%",
            most: Some(100.0),
            target: Some((90.0, "objectif".into())),
        }
    }

    #[test]
    fn a_month_without_a_value_interrupts_the_line() {
        let whole = chart(&[Some(50.0), Some(100.0), Some(0.0)]).lines();
        assert_eq!(whole.matches("<polyline").count(), 1);
        let cut = chart(&[Some(50.0), None, Some(0.0)]).lines();
        assert_eq!((cut.matches("<polyline").count(), cut.matches("<circle").count()), (0, 3), "{cut}");
        assert!(whole.contains("Taux &lt;de&gt; réponse") && whole.contains("role=\"img\""));
        assert_eq!(chart(&[Some(1.0), Some(0.0), None]).bars().matches("fill-opacity").count(), 1);
    }

    #[test]
    fn an_axis_ends_above_the_largest_value() {
        let ends: Vec<_> =
            [0.0, 3.9, 4.0, 17.0, 81.0, 1000.0].into_iter().map(|largest| round(largest) * 4.0).collect();
        assert_eq!(ends, [1.0, 4.0, 4.0, 20.0, 100.0, 1000.0]);
    }
}
