//! Times the program at registers of several sizes, beside its peers on the same data in the same run. Medians; quote the
//! ratios, not the absolute figures: they are this machine's, and its load is written beside them.
//!
//! `cargo build --release && cargo run --release --manifest-path tests/bench/Cargo.toml`
//!
//! | argument | does |
//! |---|---|
//! | none | 1,000, 10,000, 100,000 and a million people: some minutes |
//! | `--short` | 300 people and few turns: only to see that it runs |
//! | `--keys` | the keystrokes alone, each word with its time |
//! | sizes | these sizes |
//!
//! What it finds goes to the standard output and, as `growth.md` and `growth.svg`, into `target/bench`.

mod peers;
mod people;
mod plot;
mod program;

use std::path::Path;
use std::time::Instant;

/// A figure: what, its unit, and the value at each size, where it was taken.
pub struct Figure {
    what: String,
    unit: &'static str,
    at: Vec<(usize, f64)>,
}

/// The figures, by name, as sizes go by.
#[derive(Default)]
pub struct Figures(Vec<Figure>);

impl Figures {
    fn add(&mut self, what: &str, unit: &'static str, size: usize, value: f64) {
        println!("{size:>9}  {what:<44} {value:>10.2} {unit}");
        match self.0.iter_mut().find(|f| f.what == what) {
            Some(f) => f.at.push((size, value)),
            None => self.0.push(Figure { what: what.to_owned(), unit, at: vec![(size, value)] }),
        }
    }
}

/// Milliseconds that `f` takes.
fn timed<T>(f: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let out = f();
    (start.elapsed().as_secs_f64() * 1e3, out)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [program::SCAN, file, somebody] = &args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return Ok(program::scan(Path::new(file), somebody)?);
    }
    let has = |flag: &str| args.iter().any(|a| a == flag);
    let short = has("--short");
    let mut sizes: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = if short { vec![300] } else { vec![1_000, 10_000, 100_000, 1_000_000] };
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target: std::path::PathBuf =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    // A terminal starts programs by their whole path.
    let target = target.canonicalize().unwrap_or(target);
    let binary = target.join("release/shoumi");
    if !binary.exists() {
        return Err(format!("{} is missing: cargo build --release", binary.display()).into());
    }
    let out = target.join("bench");
    std::fs::create_dir_all(&out)?;
    println!("load at the start: {}", load());
    let mut figures = Figures::default();
    // The program first: a process that has held gigabytes of peers takes long to start another.
    for &size in sizes.iter().filter(|_| !has("--keys")) {
        program::measure(&mut figures, &binary, &out, size, short)?;
    }
    for &size in &sizes {
        peers::measure(&mut figures, size, if short { 1 } else { 3 }, has("--keys"));
    }
    println!("load at the end: {}", load());
    let table = plot::table(&figures.0, &sizes);
    println!("\n{table}");
    std::fs::write(out.join("growth.md"), table)?;
    std::fs::write(out.join("growth.svg"), plot::svg(&figures.0))?;
    println!("{} and growth.svg", out.join("growth.md").display());
    Ok(())
}
