//! How an article is written in a language: `22, 24` is 第22、24条 in Chinese, `7.1` what its pack says of it.

use super::{Lang, Texts};
use crate::rules::{NOT_STATED, Pack, Packs};

impl Texts {
    /// The articles of a pack, without its name; as they stand where the pack is not known.
    pub fn article(self, pack: Option<&Pack>, article: &str) -> String {
        let all: Vec<&str> = article.split(',').map(str::trim).collect();
        let separator = self.t("list.separator");
        let own = |a: &str| pack.map_or(a, |p| p.cite(a, self.lang().code())).to_owned();
        let plain = |a: &&str| !a.is_empty() && a.bytes().all(|b| b.is_ascii_digit());
        let dotted = |a: &&str| a.starts_with(|c: char| c.is_ascii_digit());
        let numbered = |article: String| self.fill("cite.article", &[("article", article)]);
        match self.lang() {
            Lang::En if all.iter().all(dotted) => numbered(all.join(&separator)),
            Lang::ZhCn if all.iter().all(plain) => numbered(all.join(&separator)),
            Lang::ZhCn if own(article) == article => {
                let one = |a: &&str| if plain(a) { numbered((*a).to_owned()) } else { own(a) };
                all.iter().map(one).collect::<Vec<_>>().join(&separator)
            }
            _ => own(article),
        }
    }

    /// The articles with their pack.
    pub fn cite(self, packs: &Packs, pack: &str, article: &str) -> String {
        match article {
            "" => pack.to_owned(),
            NOT_STATED => self.fill("cite.not_stated", &[("pack", pack)]),
            _ => format!("{pack} {}", self.article(packs.get(pack), article)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded;

    #[test]
    fn an_article_is_written_as_each_language_writes_it() {
        let (zh, en) = (Texts::new(Lang::ZhCn), Texts::new(Lang::En));
        for (pack, article, chinese, english) in [
            ("p5-company", "22, 24", "p5-company 第22、24条", "p5-company art. 22, 24"),
            ("p8-computers", "7.1", "p8-computers 第7条（一）", "p8-computers art. 7.1"),
            ("p8-computers", "4, 12.1", "p8-computers 第4条、第12条（一）", "p8-computers art. 4, 12.1"),
            ("p8-computers", "10.5.1", "p8-computers 第10条（五）1", "p8-computers art. 10.5.1"),
            (
                "law-2024",
                "law 45, 46, regs 52",
                "law-2024 保守国家秘密法第45、46条，实施条例第52条",
                "law-2024 law 45, 46, regs 52",
            ),
            ("law-2024", "regs 54, 61", "law-2024 实施条例第54条、第61条", "law-2024 regs 54, 61"),
            ("p6-enterprise", "1.2.1", "p6-enterprise 1.2.1", "p6-enterprise art. 1.2.1"),
            ("p5-company", "", "p5-company", "p5-company"),
            ("nobody's", "7.1", "nobody's 7.1", "nobody's art. 7.1"),
        ] {
            assert_eq!(zh.cite(&embedded(), pack, article), chinese);
            assert_eq!(en.cite(&embedded(), pack, article), english);
        }
    }
}
