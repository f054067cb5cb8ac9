#[path = "../people.rs"]
mod people;
use shoumi::index::search::{Search, Term};
use shoumi::index::Index;
fn main() {
    let today = shoumi::domain::Date::from_ymd_opt(2025, 5, 1).unwrap();
    let mut index = Index::new(today);
    people::people(1_000_000).iter().for_each(|p| index.put_person(p));
    let only: Vec<String> = std::env::args().skip(1).collect();
    for w in only.iter().map(String::as_str) {
        let terms = Term::split(w);
        let t = std::time::Instant::now();
        let mut n = 0;
        for _ in 0..200 { n = Search::new(index.people()).query(&terms, 100).1; }
        println!("{w:<10} {:.3} ms {n}", t.elapsed().as_secs_f64() * 5.0);
    }
}
