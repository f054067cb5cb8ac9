//! Cost against size, as a table and as a picture with both axes in powers of ten.

use std::fmt::Write as _;

use crate::Figure;

/// A table, a figure a line.
pub fn table(figures: &[Figure], sizes: &[usize]) -> String {
    let mut out = String::from("| what | unit |");
    sizes.iter().for_each(|n| write!(out, " {n} |").expect("a string takes all"));
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(sizes.len()));
    for f in figures {
        write!(out, "\n| {} | {} |", f.what, f.unit).expect("a string takes all");
        for n in sizes {
            match f.at.iter().find(|(at, _)| at == n) {
                Some((_, value)) => write!(out, " {value:.2} |").expect("a string takes all"),
                None => out.push_str(" – |"),
            }
        }
    }
    out.push('\n');
    out
}

const COLOURS: [&str; 8] = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#117a65", "#7b241c", "#566573"];

/// The figures in milliseconds, a line each.
pub fn svg(figures: &[Figure]) -> String {
    let x = |n: usize| 60.0 + ((n.max(100) as f64).log10() - 2.0) * 130.0;
    let y = |ms: f64| 420.0 - (ms.clamp(0.01, 100_000.0).log10() + 2.0) * 57.0;
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"460\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"960\" height=\"460\" fill=\"white\"/>\n",
    );
    for power in 2..=6u32 {
        let (n, at) = (10usize.pow(power), x(10usize.pow(power)));
        writeln!(out, "<path d=\"M{at} 20V420\" stroke=\"#ddd\"/><text x=\"{}\" y=\"436\">{n}</text>", at - 14.0)
            .expect("a string takes all");
    }
    for power in -2..=5i32 {
        let (ms, at) = (10f64.powi(power), y(10f64.powi(power)));
        writeln!(out, "<path d=\"M60 {at}H600\" stroke=\"#ddd\"/><text x=\"6\" y=\"{}\">{ms} ms</text>", at + 4.0)
            .expect("a string takes all");
    }
    for (n, f) in figures.iter().filter(|f| f.unit == "ms").enumerate() {
        let colour = COLOURS[n % COLOURS.len()];
        let dash = if n >= COLOURS.len() { " stroke-dasharray=\"5 3\"" } else { "" };
        let points: Vec<String> = f.at.iter().map(|(size, ms)| format!("{:.0},{:.0}", x(*size), y(*ms))).collect();
        writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>",
            points.join(" ")
        )
        .expect("a string takes all");
        writeln!(
            out,
            "<path d=\"M615 {0}h20\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/><text x=\"642\" y=\"{1}\">{2}</text>",
            30 + n * 20,
            34 + n * 20,
            f.what
        )
        .expect("a string takes all");
    }
    out.push_str("</svg>\n");
    out
}
