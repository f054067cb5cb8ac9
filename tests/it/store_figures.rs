//! Figures of the store, by hand: `cargo test --release --test it -- store_figures --ignored --nocapture`.

use std::time::Instant;

use shoumi::store::StoreError;

use crate::store_kit::*;

const PEOPLE: u64 = 100_000;

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM")).collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "prints figures, asserts nothing about time"]
fn measure() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("large.shoumi");
    let store = create(&path);
    commit(&store, "init", vec![unit(1, 1, "first")]);
    let people: Vec<_> = (1..=PEOPLE)
        .map(|n| {
            let mut p = person(n, 1, &format!("name {n}"));
            if n < 90_000 {
                p.identity = Some(identity(n));
            }
            p.posts = vec![shoumi::domain::person::Post {
                n: 1,
                title: "engineer".into(),
                level: Some(shoumi::domain::Level::Important),
                from: Some(day("2020-01-01")),
                to: None,
            }];
            change(p)
        })
        .collect();
    println!("before: {}", memory());
    let started = Instant::now();
    commit(&store, "import", people);
    println!("import of {PEOPLE}: {:?}; {}", started.elapsed(), memory());
    drop(store);
    println!("file {} MiB", std::fs::metadata(&path).unwrap().len() >> 20);
    let started = Instant::now();
    let store = open(&path).unwrap();
    println!("open: {:?}", started.elapsed());
    let started = Instant::now();
    let first = store.read(|s| s.people_segment(0, today())).unwrap();
    println!("first segment ({}): {:?}", first.len(), started.elapsed());
    for _ in 0..3 {
        let started = Instant::now();
        let count = store
            .read(|s| {
                let mut count = 0;
                for segment in s.people(today()) {
                    count += segment?.len();
                }
                Ok::<_, StoreError>(count)
            })
            .unwrap();
        println!("{count} summaries: {:?}", started.elapsed());
    }
    let started = Instant::now();
    for _ in 0..1000 {
        store.head().unwrap();
    }
    println!("head: {:?}", started.elapsed() / 1000);
    let mut times: Vec<_> = (1..=500u64)
        .map(|n| {
            let mut p = person(n * 190, 2, "changed");
            p.identity = (n * 190 < 90_000).then(|| identity(n * 190));
            let started = Instant::now();
            commit(&store, "change_person", vec![change(p)]);
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("commit at {PEOPLE}: median {:?}, p99 {:?}, most {:?}", times[250], times[495], times[499]);
    let started = Instant::now();
    assert_eq!(store.verify().unwrap().problems, []);
    println!("verify: {:?}; {}", started.elapsed(), memory());
    let started = Instant::now();
    store.backup(&folder.path().join("copy")).unwrap();
    println!("backup with its check: {:?}; {}", started.elapsed(), memory());
}
