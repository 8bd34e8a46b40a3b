//! Finds the one minimum of a smooth convex function (limited-memory BFGS). The same from run to run.

use std::collections::VecDeque;

/// Steps remembered to guess the curvature.
const MEMORY: usize = 6;

/// Starts from zero and goes down until the slope is a thousandth of what it was, or for `steps` steps. `function` writes
/// the slope into its second argument.
pub(super) fn minimize(size: usize, steps: usize, mut function: impl FnMut(&[f32], &mut [f32]) -> f64) -> Vec<f32> {
    let mut at = vec![0.0; size];
    let mut slope = vec![0.0; size];
    let mut value = function(&at, &mut slope);
    let enough = 1e-3 * dot(&slope, &slope).sqrt();
    let mut memory: VecDeque<(Vec<f32>, Vec<f32>, f64)> = VecDeque::new();
    let (mut next, mut next_slope) = (vec![0.0; size], vec![0.0; size]);
    for _ in 0..steps {
        if dot(&slope, &slope).sqrt() <= enough {
            break;
        }
        let direction = direction(&slope, &memory);
        let descent = dot(&direction, &slope);
        let mut stride = if memory.is_empty() { 1.0 / dot(&slope, &slope).sqrt().max(1.0) } else { 1.0 };
        // Half as far until it goes down enough (Armijo).
        let next_value = loop {
            for ((next, at), direction) in next.iter_mut().zip(&at).zip(&direction) {
                *next = at + stride as f32 * direction;
            }
            let reached = function(&next, &mut next_slope);
            if reached <= value + 1e-4 * stride * descent || stride < 1e-10 {
                break reached;
            }
            stride *= 0.5;
        };
        let step: Vec<f32> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
        let change: Vec<f32> = next_slope.iter().zip(&slope).map(|(next, slope)| next - slope).collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-12 {
            if memory.len() == MEMORY {
                memory.pop_front();
            }
            memory.push_back((step, change, curvature));
        }
        std::mem::swap(&mut at, &mut next);
        std::mem::swap(&mut slope, &mut next_slope);
        value = next_value;
    }
    at
}

/// Down the slope, bent by what the last steps taught about the curvature.
fn direction(slope: &[f32], memory: &VecDeque<(Vec<f32>, Vec<f32>, f64)>) -> Vec<f32> {
    let mut direction: Vec<f32> = slope.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for (step, change, curvature) in memory.iter().rev() {
        let share = dot(step, &direction) / curvature;
        add(&mut direction, -share, change);
        shares.push(share);
    }
    if let Some((_, change, curvature)) = memory.back() {
        let scale = (curvature / dot(change, change)) as f32;
        direction.iter_mut().for_each(|part| *part *= scale);
    }
    for ((step, change, curvature), share) in memory.iter().zip(shares.iter().rev()) {
        let back = dot(change, &direction) / curvature;
        add(&mut direction, share - back, step);
    }
    direction
}

fn dot(one: &[f32], other: &[f32]) -> f64 {
    one.iter().zip(other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
}

fn add(to: &mut [f32], share: f64, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += share as f32 * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_long_valley_is_found() {
        // (x - 3)² + 100 (y + 2)²
        let found = minimize(2, 100, |at, slope| {
            let (x, y) = (f64::from(at[0]) - 3.0, f64::from(at[1]) + 2.0);
            (slope[0], slope[1]) = (2.0 * x as f32, 200.0 * y as f32);
            x * x + 100.0 * y * y
        });
        assert!((found[0] - 3.0).abs() < 0.05 && (found[1] + 2.0).abs() < 0.05, "{found:?}");
    }
}
