//! Which language: `--lang`, then the configuration, then the locale if set, else zh-CN.

use super::Lang;

/// Chooses the language. `locale` is the value of `LC_ALL`, `LC_MESSAGES` or `LANG`, whichever is set first; `C` and
/// `POSIX` count as unset, because sshd passes none and a hardened host sets none.
pub fn choose(flag: Option<&str>, configured: Option<&str>, locale: Option<&str>) -> Lang {
    [flag, configured, locale].into_iter().flatten().find_map(read).unwrap_or(Lang::ZhCn)
}

/// Reads `zh-CN`, `zh_CN.UTF-8`, `zh`, `en`, `en_GB.UTF-8`; `C`, `POSIX` and other languages say nothing.
pub fn read(text: &str) -> Option<Lang> {
    let text = text.trim().to_ascii_lowercase();
    let first = text.split(['_', '-', '.', '@']).next().unwrap_or("");
    match first {
        "zh" => Some(Lang::ZhCn),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_says_something_wins() {
        for (flag, config, locale, want) in [
            (None, None, None, Lang::ZhCn),
            (Some("en"), Some("zh-CN"), Some("zh_CN.UTF-8"), Lang::En),
            (None, Some("en"), Some("zh_CN.UTF-8"), Lang::En),
            (None, None, Some("en_US.UTF-8"), Lang::En),
            (None, None, Some("C.UTF-8"), Lang::ZhCn),
            (None, None, Some("de_DE.UTF-8"), Lang::ZhCn),
            (Some("zh"), None, Some("en_US.UTF-8"), Lang::ZhCn),
        ] {
            assert_eq!(choose(flag, config, locale), want, "{flag:?} {config:?} {locale:?}");
        }
    }
}
