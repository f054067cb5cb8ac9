//! An officer's ways through the screens, as key scripts with pictures.

use std::sync::Arc;

use shoumi::i18n::Lang;

use crate::sample::{Sample, TODAY};
use crate::support::{Harness, day};

fn start(lang: Lang, size: (u16, u16)) -> Harness {
    Harness::new(Arc::new(Sample::default()), lang, size, day(TODAY))
}

#[test]
fn look() {
    let Ok(scripts) = std::env::var("LOOK") else { return };
    let lang = if std::env::var("LOOK_LANG").is_ok() { Lang::En } else { Lang::ZhCn };
    let size = std::env::var("LOOK_SIZE").unwrap_or("80x24".into());
    let (w, h) = size.split_once('x').unwrap();
    for keys in scripts.split('|') {
        let mut harness = start(lang, (w.parse().unwrap(), h.parse().unwrap()));
        println!("=== {keys}\n{}", harness.keys(keys).screen());
    }
}
